package dev.grpcos.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.TextFormat;
import dev.grpcos.cli.distribution.Command;
import dev.grpcos.cli.distribution.Distribution;
import dev.grpcos.cli.distribution.Outcome;
import dev.grpcos.cli.distribution.Running;
import dev.grpcos.cli.resident.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests the completion scripts in real shells on a terminal, with typed keys. A shell that is not
 * installed is skipped.
 */
final class CompletionIT {
  private static final Distribution DISTRIBUTION = Distribution.built();

  /** Text typed after {@code grpcos}, tabs included, and the resulting arguments. */
  private static final Map<String, String> LINES = new LinkedHashMap<>();

  private static final String PAINT = "<call><--protoset><k.binpb><Paint>";

  /** A schema with features that the gateway's own schema lacks: enums, nested messages, maps. */
  private static final String KINDS =
      """
      file { name: "kinds.proto" package: "kinds" syntax: "proto3"
        message_type { name: "Part"
          field { name: "name" number: 1 label: LABEL_OPTIONAL type: TYPE_STRING }
          field { name: "color" number: 2 label: LABEL_OPTIONAL type: TYPE_ENUM
                  type_name: ".kinds.Color" }
          field { name: "part" number: 3 label: LABEL_OPTIONAL type: TYPE_MESSAGE
                  type_name: ".kinds.Part" }
          field { name: "done" number: 4 label: LABEL_OPTIONAL type: TYPE_BOOL } }
        enum_type { name: "Color" value { name: "RED" number: 0 } value { name: "GREEN" number: 1 } }
        service { name: "Kinds"
          method { name: "Paint" input_type: ".kinds.Part" output_type: ".kinds.Part" } } }
      """;

  static {
    LINES.put("gateway stat\t", "<gateway><status>");
    LINES.put("call --col\tal\t", "<call><--color><always>");
    LINES.put("call --color=al\t", "<call><--color=always>");
    LINES.put("call --ok-codes NOT_FOUND,ALR\t", "<call><--ok-codes><NOT_FOUND,ALREADY_EXISTS>");
    LINES.put("list hellow\t", "<list><helloworld.Greeter>");
    LINES.put("call Gre\tS\t", "<call><Greeter/SayHelloStreamReply>");
    LINES.put("describe HelloRequ\t", "<describe><HelloRequest>");
    LINES.put("call SayHello na\tAda", "<call><SayHello><name=Ada>");
    LINES.put("call SayHello -d @req\t", "<call><SayHello><-d><@request.json>");
    LINES.put("call SayHello name=@req\t", "<call><SayHello><name=@request.json>");
    LINES.put("call SayHello -d @my\t", "<call><SayHello><-d><@my request.json>");
    LINES.put("help gat\tstat\t", "<help><gateway><status>");
    LINES.put("gateway check req\t", "<gateway><check><request.json>");
    LINES.put(
        "tap --status NOT_F\tGreeter/SayHelloB\t",
        "<tap><--status><NOT_FOUND><Greeter/SayHelloBidiStream>");
    LINES.put("tap --record r -- ./req\t", "<tap><--record><r><--><./request.json>");
    LINES.put("call --protoset k.binpb Paint pa\tna\tx", PAINT + "<part.name=x>");
    LINES.put("call --protoset k.binpb Paint part.col\tG\t", PAINT + "<part.color=GREEN>");
    LINES.put("call --protoset k.binpb Paint don\tf\t", PAINT + "<done=false>");
    LINES.put("template --protoset k.binpb Kin\t", "<template><--protoset><k.binpb><Kinds/Paint>");
  }

  /** On a busy machine, the gateway may be too slow for a launcher, which then prints nothing. */
  private static final int ATTEMPTS = 10;

  @TempDir static Path folder;

  private static TestGateway gateway;

  @BeforeAll
  static void startGateway() throws Exception {
    Files.writeString(folder.resolve("request.json"), "{}");
    Files.writeString(folder.resolve("my request.json"), "{}");
    Files.write(
        folder.resolve("k.binpb"), TextFormat.parse(KINDS, FileDescriptorSet.class).toByteArray());
    gateway = TestGateway.run(folder.resolve("run/gateway.sock"));
  }

  @AfterAll
  static void stopGateway() {
    gateway.close();
  }

  @Test
  void bashCompletes() throws Exception {
    complete("bash --norc --noprofile -i", "source <(grpcos completion bash)");
  }

  @Test
  void zshCompletes() throws Exception {
    complete(
        "zsh -f -i",
        "bindkey -e; autoload -Uz compinit; compinit -u -D; source <(grpcos completion zsh)");
  }

  @Test
  void fishCompletes() throws Exception {
    complete("fish --no-config -i", "grpcos completion fish | source");
  }

  @Test
  void missingGatewayPrintsNothing() {
    Outcome outcome =
        new Command(DISTRIBUTION.grpcos(), "__complete", "zsh", "", "--", "call", "Gre")
            .with("GRPCOS_SOCKET", folder.resolve("none.sock").toString())
            .run();
    assertThat(outcome).isEqualTo(new Outcome(0, "", ""));
  }

  @Test
  void scriptAndCommandsStartNeitherNettyNorGrpc() {
    for (String[] arguments :
        new String[][] {{"completion", "bash"}, {"__complete", "zsh", "", "--", "gateway", "st"}}) {
      Outcome outcome =
          new Command(DISTRIBUTION.grpcos(), arguments)
              .with("GRPCOS_COLD", "1")
              .with("GRPCOS_JAVA_OPTS", "-Xlog:class+load")
              .run();
      assertThat(outcome.stdout())
          .contains("dev.grpcos.cli.completion.Shell ")
          .doesNotContain(" io.netty.channel.epoll.", " io.grpc.netty.", " io.grpc.internal.");
    }
  }

  /** Types each line and makes the shell print its words instead of running them. */
  private static void complete(String shell, String setup) throws Exception {
    String program = shell.substring(0, shell.indexOf(' '));
    assumeTrue(isOnPath(program), "no " + program + " on PATH");
    Command command =
        new Command(Path.of("/usr/bin/script"), "-qfc", shell, "/dev/null")
            .with("PATH", DISTRIBUTION.home().resolve("bin") + ":" + System.getenv("PATH"))
            .with("HOME", folder.toString())
            .with("TERM", "xterm")
            .with("LC_ALL", "C.UTF-8")
            .with("GRPCOS_SOCKET", gateway.socket().toString())
            // a JVM for each completion would be too slow for users
            .with("JAVA_HOME", "/nonexistent")
            .in(folder)
            .stdinHeldOpen(new byte[0]);
    try (Running terminal = command.start()) {
      // the printed text differs from the typed text, which the terminal echoes
      terminal.type(setup + "; echo rea''dy\n");
      await(terminal, "ready");
      int number = 0;
      for (Map.Entry<String, String> line : LINES.entrySet()) {
        String words;
        int attempt = 0;
        do {
          String end = "end" + ++number;
          words = "<grpcos>" + line.getValue() + end;
          String begin = "\001printf '<%s>' ";
          terminal.type("grpcos " + line.getKey() + begin + "\005; echo e''nd" + number + "\n");
          await(terminal, end);
        } while (!terminal.stdout().contains(words) && ++attempt < ATTEMPTS);
        assertThat(terminal.stdout()).contains(words);
      }
    }
  }

  private static void await(Running terminal, String text) throws Exception {
    try {
      Eventually.until(text, TestGateway.SOON, () -> terminal.stdout().contains(text));
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + " in " + terminal.stdout(), e);
    }
  }

  private static boolean isOnPath(String program) {
    return Stream.of(System.getenv("PATH").split(":"))
        .anyMatch(path -> Files.isExecutable(Path.of(path, program)));
  }
}
