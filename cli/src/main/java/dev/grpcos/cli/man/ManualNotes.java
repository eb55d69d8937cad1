package dev.grpcos.cli.man;

import dev.grpcos.cli.help.HelpPage;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** The environment variables and files that commands use. */
final class ManualNotes {
  /**
   * A variable or file.
   *
   * @param name its name
   * @param meaning what it is for
   * @param users options, and names of commands: this is used by the commands that have one of
   *     these options, by these commands, and by their subcommands; none if every command uses it
   */
  record Note(String name, String meaning, List<String> users) {
    /** Returns whether a command, or a subcommand of it, uses this. */
    boolean belongsTo(CommandSpec command) {
      String name = command.qualifiedName(" ") + " ";
      return users.isEmpty()
          || users.stream().anyMatch(user -> name.startsWith(user + " "))
          || users.stream().anyMatch(command.optionsMap()::containsKey)
          || HelpPage.subcommands(command).stream().anyMatch(this::belongsTo);
    }
  }

  private static final String GRPCURL = "grpcos grpcurl";
  private static final String CHECK = "grpcos gateway check";
  private static final String CONTEXT = "grpcos context";

  static final List<Note> VARIABLES =
      List.of(
          new Note(
              "GRPCOS_SOCKET",
              "The gateway's socket, without --socket.",
              List.of("--socket", GRPCURL)),
          new Note(
              "GRPCOS_TARGET", "The target, without --target and --socket.", List.of("--target")),
          new Note(
              "GRPCOS_CONTEXT",
              "The name of a context or upstream, without --target, --socket and GRPCOS_TARGET; if"
                  + " it is empty, the context of 'grpcos context use' does not apply.",
              List.of("--target")),
          new Note("GRPCOS_PASSWORD", "The password of -u NAME.", List.of("--user")),
          new Note(
              "GRPCOS_METADATA, GRPCOS_DEADLINE",
              "The metadata and the deadline that --inherit passes on, as a gateway sets them for a"
                  + " program that serves a method, see grpcos-exec(7).",
              List.of("--inherit")),
          new Note(
              "GRPCOS_AUTOSTART",
              "If it is 1, a command that finds no gateway first starts one in the background,"
                  + " which ends after 15 minutes without connections. If the configuration names"
                  + " another socket than the default, set GRPCOS_SOCKET too: otherwise each"
                  + " command starts a process to find it.",
              List.of("--target", GRPCURL)),
          new Note(
              "TRACEPARENT, TRACESTATE, BAGGAGE",
              "The trace that calls continue: each is sent as metadata of this name in lower case,"
                  + " if it is valid and --no-trace is not given.",
              List.of("--no-trace")),
          new Note(
              "VISUAL, EDITOR",
              "The shell command of the editor for --edit; the first that is set. Default: vi.",
              List.of("--edit")),
          new Note(
              "TMPDIR", "The folder of the file for --edit. Default: /tmp.", List.of("--edit")),
          new Note(
              "NO_COLOR", "If it is set and not empty, output has no colours.", List.of("--color")),
          new Note(
              "PAGER",
              "The shell command through which output on a terminal goes; empty or cat: none."
                  + " Default: less, unless TERM is dumb.",
              List.of("--no-pager")),
          new Note(
              "LESS",
              "The options of less. Default: FRX, which keeps colours, and ends if the output fits"
                  + " on the screen.",
              List.of("--no-pager")),
          new Note(
              "HTTPS_PROXY, HTTP_PROXY, NO_PROXY",
              "The HTTP proxy for targets, as http://USER:PASSWORD@HOST:PORT; also in lower case."
                  + " HTTP_PROXY is for targets without TLS if HTTPS_PROXY is not set. NO_PROXY"
                  + " lists names, suffixes, addresses and networks that need none; localhost and"
                  + " loopback addresses never do.",
              List.of("--target", GRPCURL)),
          new Note(
              "SSL_CERT_FILE, SSL_CERT_DIR",
              "A file and folders, separated by colons, with authorities to trust without --cacert."
                  + " Those of the Java runtime are trusted as well, unless both are set.",
              List.of("--target", GRPCURL)),
          new Note(
              "XDG_RUNTIME_DIR",
              "The folder of the default socket, grpcos/gateway.sock.",
              List.of("--socket", GRPCURL)),
          new Note(
              "XDG_CONFIG_HOME",
              "The folder of grpcos/gateway.yaml, the default configuration, and of"
                  + " grpcos/contexts.yaml. Default: ~/.config.",
              List.of("--config", "--target", CHECK, CONTEXT)),
          new Note("GRPCOS_COLD", "If it is 1, the command runs in a separate JVM.", List.of()),
          new Note(
              "GRPCOS_JAVA_OPTS",
              "Additional flags for the JVMs that grpcos starts, separated by white space.",
              List.of()),
          new Note(
              "JAVA_HOME",
              "The Java to use, instead of the one on PATH. Installations with a runtime of their"
                  + " own, as the packages, ignore it.",
              List.of()));

  static final List<Note> FILES =
      List.of(
          new Note(
              "$XDG_RUNTIME_DIR/grpcos/gateway.sock",
              "The default socket of a user's gateway, if the variable is set.",
              List.of("--socket", GRPCURL)),
          new Note(
              "/run/user/UID/grpcos/gateway.sock",
              "The default socket of a user's gateway otherwise, if the user has that folder.",
              List.of("--socket", GRPCURL)),
          new Note(
              "/run/grpcos/gateway.sock",
              "The default socket for root, or for everyone if it exists.",
              List.of("--socket", GRPCURL)),
          new Note(
              "/tmp/grpcos-UID/gateway.sock",
              "The default socket otherwise.",
              List.of("--socket", GRPCURL)),
          new Note(
              "~/.config/grpcos/gateway.yaml, /etc/grpcos/gateway.yaml",
              "The default configuration; the first one that exists.",
              List.of("--config", CHECK)),
          new Note(
              "~/.config/grpcos/contexts.yaml, ~/.config/grpcos/default-context",
              "The contexts, and the name of the default one.",
              List.of("--target", CONTEXT)),
          new Note("~/.netrc", "Logins for --netrc.", List.of("--netrc")));

  private ManualNotes() {}
}
