package dev.grpcos.cli.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Tests the manual pages in the distribution. */
final class ManualIT {
  private static final Path MANUAL = Distribution.built().home().resolve("share/man");
  private static final Path PAGES = MANUAL.resolve("man1");
  private static final Path SOURCES = Path.of("src/main/man");
  private static final Path GROFF = Path.of("/usr/bin/groff");
  private static final Path MAN = Path.of("/usr/bin/man");

  @Test
  void everyCommandOfTheHelpHasAPage() throws IOException {
    List<String> expected =
        Stream.of(
                List.of("grpcos.1"),
                pages("grpcos-", commands("grpcos")),
                pages("grpcos-context-", commands("grpcos", "context")),
                pages("grpcos-gateway-", commands("grpcos", "gateway")),
                pages("grpcos-export-", commands("grpcos", "export")))
            .flatMap(List::stream)
            .toList();
    try (Stream<Path> pages = Files.list(PAGES)) {
      assertThat(pages.map(page -> page.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  private static List<String> pages(String prefix, List<String> commands) {
    return commands.stream().map(name -> prefix + name + ".1").toList();
  }

  @Test
  void pageHasItsSectionsAndTheTextOfTheHelp() throws IOException {
    String page = Files.readString(PAGES.resolve("grpcos-call.1"));
    assertThat(page.lines().filter(line -> line.startsWith(".SH ")))
        .containsExactly(
            ".SH NAME",
            ".SH SYNOPSIS",
            ".SH DESCRIPTION",
            ".SH ARGUMENTS",
            ".SH OPTIONS",
            ".SH EXIT STATUS",
            ".SH ENVIRONMENT",
            ".SH FILES",
            ".SH EXAMPLES",
            ".SH SEE ALSO");
    assertThat(page)
        .contains("\\fB\\-d\\fR, \\fB\\-\\-data\\fR=\\fIJSON\\fR")
        .contains("\\fB64 + c\\fR")
        .contains("\\fBgrpcos\\-targets\\fR(7)")
        .doesNotContain("${DEFAULT", "${FALLBACK", "%n", "__complete");
  }

  @Test
  void everyDocumentIsAPage() throws IOException {
    try (Stream<Path> documents = Files.list(SOURCES)) {
      assertThat(documents)
          .isNotEmpty()
          .allSatisfy(
              document -> {
                String name = document.getFileName().toString().replaceFirst("\\.md$", "");
                String section = name.substring(name.lastIndexOf('.') + 1);
                assertThat(MANUAL.resolve("man" + section).resolve(name)).exists();
              });
    }
  }

  @Test
  void groffFormatsEveryPageWithoutAWarning() throws IOException {
    assumeTrue(Files.isExecutable(GROFF), "no " + GROFF);
    List<String> line = new ArrayList<>(List.of("-man", "-ww", "-Tutf8", "-z"));
    try (Stream<Path> pages = Files.walk(MANUAL)) {
      pages.filter(Files::isRegularFile).map(Path::toString).forEach(line::add);
    }
    assertThat(new Command(GROFF, line).run()).isEqualTo(new Outcome(0, "", ""));
  }

  /** man finds the manual beside a bin folder that is on the PATH. */
  @Test
  void manFindsThePageOfACommandOnThePath() {
    assumeTrue(Files.isExecutable(MAN), "no " + MAN);
    String path = Distribution.built().home().resolve("bin") + ":/usr/bin:/bin";
    for (String page : List.of("grpcos", "grpcos-call", "grpcos-gateway.yaml", "grpcos-http")) {
      Outcome outcome = new Command(MAN, "-w", page).with("PATH", path).run();
      assertThat(outcome.stdout()).as(outcome.toString()).contains(MANUAL + "/man");
    }
  }

  /** Returns the names that the help lists as commands. */
  private static List<String> commands(String... command) {
    List<String> arguments =
        Stream.concat(Stream.of(command).skip(1), Stream.of("--help")).toList();
    String help = new Command(Distribution.built().grpcos(), arguments).run().stdout();
    return help.substring(help.indexOf("Commands:"), help.indexOf("Exit codes:"))
        .lines()
        .filter(line -> line.matches("  [a-z].*"))
        .map(line -> line.strip().replaceFirst(" .*", ""))
        .toList();
  }
}
