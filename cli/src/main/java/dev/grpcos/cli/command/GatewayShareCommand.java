package dev.grpcos.cli.command;

import com.google.protobuf.Duration;
import dev.grpcos.cli.connection.Connection;
import dev.grpcos.cli.connection.Target;
import dev.grpcos.cli.daemon.ShareSession;
import dev.grpcos.cli.daemon.SharedCommand;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.failure.ExitCode;
import dev.grpcos.gateway.channel.ServerAddress;
import dev.grpcos.gateway.config.MethodPatterns;
import dev.grpcos.gateway.process.OwnProcess;
import dev.grpcos.gateway.text.DurationText;
import dev.grpcos.proto.admin.v1.ShareRequest;
import dev.grpcos.proto.admin.v1.ShareResponse;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code grpcos gateway share}: opens a socket that offers some methods, as long as the command
 * runs.
 */
@Command(
    name = "share",
    customSynopsis = "[-- COMMAND...]",
    description = {
      "Opens a further socket of the running gateway. It offers the allowed methods, reflection of"
          + " them, and nothing else, also to the gateway's user and root, who alone can open it.",
      "",
      "With COMMAND, runs it with GRPCOS_SOCKET set to that socket, and exits with its exit code."
          + " SIGTERM, SIGINT and SIGHUP are passed on to it. Without"
          + " COMMAND, prints the socket and waits until it is interrupted. The socket ends with"
          + " this command.",
      "",
      "Only the gateway's user and root may share. COMMAND runs as the same user, and could find"
          + " the gateway's own socket: to prevent that, use --isolate, another user or a"
          + " container."
    },
    footer = {
      "  grpcos gateway share --allow 'billing.v1.Billing/Get*' -- ./agent.sh",
      "  grpcos gateway share --allow 'billing.*' --socket ./ci.sock --ttl 1h",
      "  grpcos gateway share --allow 'billing.*' --upstream staging -- ./agent.sh",
      "  grpcos gateway share --isolate --allow 'billing.*' -- ./agent.sh"
    })
final class GatewayShareCommand implements Callable<Integer> {
  /** The sockets of services that start processes, which would be outside of a sandbox. */
  private static final List<String> STARTERS =
      List.of(
          "/run/dbus/system_bus_socket",
          "/run/systemd/private",
          "/run/docker.sock",
          "/run/containerd/containerd.sock",
          "/run/podman/podman.sock",
          "/run/crio/crio.sock",
          "/run/libvirt/libvirt-sock",
          "/run/snapd.socket");

  @Option(
      names = "--allow",
      paramLabel = "PATTERN",
      arity = "1..*",
      required = true,
      description =
          "The methods that the socket offers: package.Service/Method, in which * matches any"
              + " characters. Repeatable.")
  List<String> allow = new ArrayList<>();

  @Option(
      names = "--upstream",
      paramLabel = "UPSTREAM",
      description =
          "The upstreams to which calls through the socket may go; * matches any characters."
              + " Callers name them with -t @NAME or the metadata grpcos-upstream. Repeatable."
              + " Default: those to which the gateway sends calls that name none.")
  List<String> upstreams = new ArrayList<>();

  @Option(
      names = "--socket",
      paramLabel = "PATH",
      description =
          "The path of the new socket. Default: a path beside the gateway's socket. The gateway's"
              + " own socket is found as without --socket in 'grpcos call --help'.")
  @Nullable String socket;

  @Option(
      names = "--ttl",
      paramLabel = "DUR",
      converter = DurationConverter.class,
      description = "The time after which the socket ends. Default: no limit.")
  java.time.@Nullable Duration ttl;

  @Option(
      names = "--isolate",
      description =
          "Run COMMAND with bwrap, in a process namespace of its own. It sees neither the folder of"
              + " the gateway's socket nor the user's runtime folder, and cannot connect to the"
              + " system bus, systemd and the usual container engines. Other files, the network and"
              + " abstract sockets stay as they are.")
  boolean isolate;

  @Parameters(
      index = "0..*",
      paramLabel = "COMMAND",
      description = "The command to run and its arguments, after --.")
  List<String> command = new ArrayList<>();

  @Mixin StandardOptions standard = new StandardOptions();

  private final CommandContext context;

  GatewayShareCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    context.invocation().requireOwnProcess("it runs a command");
    for (String pattern : allow) {
      MethodPatterns.problemOfSocket(pattern)
          .ifPresent(
              problem -> {
                throw CliException.usage("--allow '%s' %s", pattern, problem);
              });
    }
    if (isolate && command.isEmpty()) {
      throw CliException.usage("--isolate requires a command: give one after --");
    }
    Bounds.requireSome("--ttl", ttl);
    SocketOptions gateway = new SocketOptions();
    Target target = gateway.target(context.invocation());
    return gateway.run(context.invocation(), connection -> share(connection, target));
  }

  private int share(Connection connection, Target gateway) {
    ShareRequest.Builder request =
        ShareRequest.newBuilder().addAllAllow(allow).addAllUpstreams(upstreams);
    if (socket != null) {
      request.setSocket(context.invocation().workingDirectory().resolve(socket).toString());
    }
    if (ttl != null) {
      request.setTtl(Duration.newBuilder().setSeconds(ttl.getSeconds()).setNanos(ttl.getNano()));
    }
    try (ShareSession session = new ShareSession(connection.channel(), request.build())) {
      for (String pattern : session.response().getUnmatchedList()) {
        context
            .errors()
            .line("grpcos: warning: --allow '%s' matches no known method".formatted(pattern));
      }
      return command.isEmpty() ? hold(session) : run(session, gateway);
    }
  }

  private int hold(ShareSession session) {
    ShareResponse response = session.response();
    context
        .output()
        .line(
            "%s  %d of %d methods%s"
                .formatted(
                    socket == null ? response.getSocket() : socket,
                    response.getMethods(),
                    response.getTotal(),
                    ttl == null ? "" : ", for " + DurationText.of(ttl)));
    SharedCommand.onEnd(session::close);
    session.await();
    return ExitCode.OK;
  }

  private int run(ShareSession session, Target gateway) {
    String path = session.response().getSocket();
    var unusedWatch =
        session
            .ended()
            .whenComplete(
                (unused, failure) -> {
                  if (failure != null) {
                    context
                        .errors()
                        .line("grpcos: socket %s is gone: the gateway has ended".formatted(path));
                  }
                });
    ChildCommand child = new ChildCommand(path, context);
    return isolate ? child.runInSandbox(isolated(path, gateway)) : child.run(command);
  }

  /**
   * Returns the command in a sandbox that has the shared socket, and neither the gateway's folder
   * nor the sockets of the user's other services, nor those of the machine that start processes. It
   * has no controlling terminal, into which it could write a command line for the caller's shell.
   */
  private List<String> isolated(String path, Target gateway) {
    try {
      return sandbox(path, gateway);
    } catch (IOException e) {
      throw CliException.failure(
          e,
          "--isolate: the sandbox cannot be prepared: %s%s",
          e.getMessage(),
          e instanceof NoSuchFileException
              ? ": no such file"
              : e instanceof AccessDeniedException ? ": permission denied" : "");
    }
  }

  private List<String> sandbox(String path, Target gateway) throws IOException {
    Path sandbox =
        SharedCommand.inPath("bwrap")
            .orElseThrow(
                () ->
                    CliException.usage(
                        "--isolate needs bwrap, which is not in PATH; install bubblewrap"));
    if (!(gateway.address() instanceof ServerAddress.Unix own)) {
      throw new IllegalStateException("a gateway has a Unix socket");
    }
    Path folder = own.path().toRealPath().resolveSibling("");
    List<String> words = new ArrayList<>();
    words.add(sandbox.toString());
    words.addAll(List.of("--new-session", "--unsetenv", "DBUS_SESSION_BUS_ADDRESS"));
    words.addAll(List.of("--dev-bind", "/", "/"));
    for (Path hidden : runtimeFolders()) {
      words.addAll(List.of("--tmpfs", hidden.toString()));
    }
    for (String service : STARTERS) {
      if (Files.exists(Path.of(service))) {
        words.addAll(List.of("--ro-bind", "/dev/null", Path.of(service).toRealPath().toString()));
      }
    }
    words.addAll(List.of("--tmpfs", folder.toString()));
    for (String file : List.of(path, path + ".cli")) {
      words.addAll(List.of("--bind", file, file));
    }
    words.addAll(List.of("--proc", "/proc", "--unshare-pid", "--die-with-parent", "--cap-drop"));
    words.addAll(List.of("ALL", "--"));
    words.addAll(command);
    return words;
  }

  /** Returns the folders in which services of the user have their sockets. */
  private Set<Path> runtimeFolders() throws IOException {
    Set<Path> folders = new LinkedHashSet<>();
    String configured = context.invocation().environment("XDG_RUNTIME_DIR");
    for (String name : Arrays.asList("/run/user/" + OwnProcess.uid(), configured)) {
      if (name != null && name.startsWith("/") && Files.isDirectory(Path.of(name))) {
        folders.add(Path.of(name).toRealPath());
      }
    }
    folders.remove(Path.of("/"));
    return folders;
  }
}
