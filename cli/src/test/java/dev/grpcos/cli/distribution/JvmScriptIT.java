package dev.grpcos.cli.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests how {@code lib/grpcos-jvm} finds Java, and which flags and descriptors it passes. */
final class JvmScriptIT {
  private final Path script = Distribution.built().jvm();

  @TempDir Path temporary;
  private Path java17;

  @BeforeEach
  void makeJava() {
    java17 = FakeJava.printingArguments(temporary.resolve("java 17"), "17.0.1").home();
  }

  @Test
  void javaHomeIsPreferredToPath() {
    FakeJava other = FakeJava.printingArguments(temporary.resolve("21"), "21.0.1");
    Outcome outcome =
        new Command(script)
            .with("JAVA_HOME", java17.toString())
            .with("PATH", other.home().resolve("bin") + ":" + System.getenv("PATH"))
            .with("GRPCOS_ARCHIVE", "new") // its name has the version of the selected Java
            .run();
    assertThat(outcome.stdout()).contains("/grpcos-17.0.1+1-fake.jsa");
    assertThat(outcome.stderr()).isEmpty();
  }

  @Test
  void javaOnPathIsFollowedToItsHome() throws IOException {
    Path bin = Files.createDirectory(temporary.resolve("path"));
    Files.createSymbolicLink(bin.resolve("java"), java17.resolve("bin/java"));
    Outcome outcome =
        new Command(script)
            .without("JAVA_HOME")
            .with("PATH", bin + ":" + System.getenv("PATH"))
            .with("GRPCOS_ARCHIVE", "new")
            .run();
    assertThat(outcome.stdout()).contains("/grpcos-17.0.1+1-fake.jsa");
  }

  @Test
  void absentJavaIsUnavailable() throws IOException {
    Path bin = Files.createDirectory(temporary.resolve("empty"));
    Outcome outcome = new Command(script).without("JAVA_HOME").with("PATH", bin.toString()).run();
    assertThat(outcome)
        .isEqualTo(
            new Outcome(
                78,
                "",
                "grpcos: no Java, and this installation has no runtime of its own, so commands"
                    + " without a running gateway need one: install Java 17 or newer, and set"
                    + " JAVA_HOME or put java on PATH\n"));
  }

  @Test
  void javaHomeWithoutJavaIsNamed() {
    Outcome outcome = new Command(script).with("JAVA_HOME", "/nowhere").run();
    assertThat(outcome)
        .isEqualTo(
            new Outcome(
                78,
                "",
                "grpcos: no Java at JAVA_HOME (/nowhere/bin/java): "
                    + "set JAVA_HOME to a Java 17 or newer, or unset it to use the one on PATH\n"));
  }

  @Test
  void olderJavaIsRefusedWithoutStartingIt() {
    FakeJava java = FakeJava.printingArguments(temporary.resolve("8"), "1.8.0_452");
    Outcome outcome = new Command(script).with("JAVA_HOME", java.home().toString()).run();
    assertThat(outcome.exit()).isEqualTo(78);
    assertThat(outcome.stdout()).isEmpty();
    assertThat(outcome.stderr())
        .isEqualTo(
            "grpcos: Java 1.8.0_452 at %s/bin/java is too old: set JAVA_HOME to a Java 17 or newer\n"
                .formatted(java.home()));
  }

  @Test
  void javaWithoutReleaseFileIsRunForItsVersion() throws IOException {
    FakeJava java =
        FakeJava.running(
            temporary.resolve("shim"), "", "echo '    java.specification.version = 11' >&2");
    Files.delete(java.home().resolve("release"));
    Outcome outcome = new Command(script).with("JAVA_HOME", java.home().toString()).run();
    assertThat(outcome.stderr()).startsWith("grpcos: Java 11 at ").contains("too old");
  }

  @Test
  void flagsOfNewerJavaAreNotPassedToOlder() {
    FakeJava java25 = FakeJava.printingArguments(temporary.resolve("25"), "25");
    String flag = "--sun-misc-unsafe-memory-access=allow\n";
    assertThat(run("x").stdout()).doesNotContain(flag);
    assertThat(new Command(script).with("JAVA_HOME", java25.home().toString()).run().stdout())
        .contains(flag);
  }

  @Test
  void onlyTheGatewayGetsTheFlagsOfALongRunningProcess() {
    String brief = "-XX:TieredStopAtLevel=1\n";
    assertThat(run("gateway", "run").stdout()).doesNotContain(brief);
    assertThat(run("gateway", "start").stdout()).contains(brief);
    assertThat(run("call", "gateway/run").stdout()).contains(brief);
  }

  @Test
  void callsUseTheAotCacheIfThereIsOne() throws IOException {
    Path lib = Files.createDirectory(temporary.resolve("lib"));
    Path copy = Files.copy(script, lib.resolve("grpcos-jvm"));
    Files.createFile(lib.resolve("grpcos-17.0.1+1-fake.aot"));
    String cache = "-XX:AOTCache=/proc/self/fd/9/grpcos-17.0.1+1-fake.aot\n";
    String archive = "-XX:SharedArchiveFile=/proc/self/fd/9/grpcos-17.0.1+1-fake.jsa\n";
    Path both = Files.createFile(lib.resolve("grpcos-17.0.1+1-fake.jsa"));
    String[][] others = {{}, {"--version"}, {"gateway", "run"}};
    assertThat(run(copy, "call", "X").stdout()).contains(cache).doesNotContain(archive);
    for (String[] other : others) {
      assertThat(run(copy, other).stdout()).contains(archive).doesNotContain(cache);
    }
    Files.delete(both); // as in a package
    for (String[] other : others) {
      assertThat(run(copy, other).stdout()).contains(cache).doesNotContain(archive);
    }

    Files.createFile(lib.resolve("grpcos-17.0.1+1-fake.gateway.aot"));
    String served = "-XX:AOTCache=/proc/self/fd/9/grpcos-17.0.1+1-fake.gateway.aot\n";
    assertThat(run(copy, "gateway", "run").stdout()).contains(served).doesNotContain(cache);
    for (String[] other : new String[][] {{}, {"--version"}, {"call", "X"}, {"gateway", "start"}}) {
      assertThat(run(copy, other).stdout()).contains(cache).doesNotContain(served);
    }
  }

  @Test
  void missingArchiveIsNamedOnlyToCreateIt() throws IOException {
    Path lib = Files.createDirectory(temporary.resolve("lib"));
    Path copy = Files.copy(script, lib.resolve("grpcos-jvm"));
    assertThat(run(copy, "list").stdout())
        .contains("-Xshare:auto\n")
        .doesNotContain("-XX:SharedArchiveFile");
    Command create = new Command(copy).with("JAVA_HOME", java17.toString());
    assertThat(create.with("GRPCOS_ARCHIVE", "new").run().stdout())
        .contains("-XX:SharedArchiveFile=/proc/self/fd/9/grpcos-17.0.1+1-fake.jsa\n");
  }

  @Test
  void flagsOfTheUserComeLastAndAreNotExpanded() {
    Outcome outcome =
        new Command(script, "a b", "*", "")
            .with("JAVA_HOME", java17.toString())
            .with("GRPCOS_JAVA_OPTS", "-Done=* -Dtwo")
            .in(Path.of("/"))
            .run();
    assertThat(outcome.stdout())
        .contains("\n-Done=*\n-Dtwo\n-cp\n")
        .endsWith("\ndev.grpcos.cli.Main\na b\n*\n\n");
  }

  @Test
  void closedDescriptorsAreReplacedAndReported() {
    FakeJava java =
        FakeJava.running(
            temporary.resolve("descriptors"),
            "17.0.1",
            """
            for argument; do
              case $argument in -Dgrpcos.closed=*) closed=$argument ;; esac
            done
            readlink /proc/$$/fd/0 >"$REPORT"
            echo "$closed" >>"$REPORT"
            { echo lost; } 2>/dev/null || echo unwritable >>"$REPORT"
            """);
    Path report = temporary.resolve("report");
    Command command =
        new Command(script)
            .with("JAVA_HOME", java.home().toString())
            .with("REPORT", report.toString());
    command.redirected("<&- >&- 2>&-").run();
    assertThat(report)
        .hasContent(
            """
            /dev/null
            -Dgrpcos.closed=0,1,2
            unwritable
            """);
    command.redirected("<&-").run();
    assertThat(report)
        .hasContent(
            """
            /dev/null
            -Dgrpcos.closed=0
            """);
    command.redirected("").run();
    assertThat(report)
        .hasContent(
            """
            /dev/null
            -Dgrpcos.closed=
            """);
  }

  @Test
  void descriptorOfTheCallerIsKept() {
    FakeJava java = FakeJava.running(temporary.resolve("nine"), "17.0.1", "readlink /proc/$$/fd/9");
    Command command = new Command(script).with("JAVA_HOME", java.home().toString());
    assertThat(command.run().stdout()).isEqualTo(script.getParent() + "\n");
    assertThat(command.redirected("9</dev/zero").run().stdout()).isEqualTo("/dev/zero\n");
  }

  @ParameterizedTest
  @CsvSource({
    "/missing/classes.txt,/missing/classes.txt is not a readable file of classes",
    "missing.txt,missing.txt is not a readable file of classes",
    "--recrod,unknown option --recrod; usage: grpcos-archive [--record | CLASSES]",
    "-r,unknown option -r; usage: grpcos-archive [--record | CLASSES]"
  })
  void wrongArgumentOfTheArchiveScriptIsNamed(String argument, String message) {
    assertThat(run(script.resolveSibling("grpcos-archive"), argument))
        .isEqualTo(new Outcome(2, "", "grpcos-archive: " + message + "\n"));
  }

  private Outcome run(String... arguments) {
    return run(script, arguments);
  }

  private Outcome run(Path program, String... arguments) {
    return new Command(program, arguments)
        .with("JAVA_HOME", java17.toString())
        .without("GRPCOS_JAVA_OPTS")
        .run();
  }
}
