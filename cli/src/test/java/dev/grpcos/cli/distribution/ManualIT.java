package dev.grpcos.cli.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Tests the manual pages in the distribution. */
final class ManualIT {
  private static final Path PAGES = Distribution.built().home().resolve("share/man/man1");
  private static final Path GROFF = Path.of("/usr/bin/groff");

  @Test
  void everyCommandOfTheHelpHasAPage() throws IOException {
    List<String> expected =
        Stream.of(
                List.of("grpcos.1"),
                pages("grpcos-", commands("grpcos")),
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
            ".SH EXAMPLES",
            ".SH SEE ALSO");
    assertThat(page)
        .contains("\\fB\\-d\\fR, \\fB\\-\\-data\\fR=\\fIJSON\\fR")
        .contains("\\fB64 + c\\fR")
        .doesNotContain("${DEFAULT", "${FALLBACK", "%n", "__complete");
  }

  @Test
  void groffFormatsEveryPageWithoutAWarning() throws IOException {
    assumeTrue(Files.isExecutable(GROFF), "no " + GROFF);
    try (Stream<Path> pages = Files.list(PAGES)) {
      for (Path page : (Iterable<Path>) pages::iterator) {
        Outcome outcome = new Command(GROFF, "-man", "-ww", "-Tutf8", "-z", page.toString()).run();
        assertThat(outcome).as(page.toString()).isEqualTo(new Outcome(0, "", ""));
      }
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
