package dev.grpcos.cli.man;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MarkdownPageTest {
  private static final String TITLE = "# grpcos-x(7): a page\n\n";

  private static String roff(String text) {
    return MarkdownPage.parse(TITLE + text).roff("1.0").replaceFirst("(?s)^.*\\.ad l\n", "");
  }

  @Test
  void titleIsTheName() {
    MarkdownPage page = MarkdownPage.parse(TITLE + "Text.\n");
    assertThat(page.name()).isEqualTo(new ManualName("grpcos-x", 7));
    assertThat(page.roff("1.0"))
        .startsWith(".TH \"GRPCOS\\-X\" \"7\" \"\" \"grpcos 1.0\" \"grpcos\"\n")
        .contains(".SH NAME\ngrpcos\\-x \\- a page\n.SH DESCRIPTION\nText.\n");
  }

  @Test
  void headingsAreSections() {
    assertThat(roff("## See also\n\n### A key\n"))
        .endsWith(".SH SEE ALSO\n.SS A key\n")
        .doesNotContain("DESCRIPTION");
  }

  @Test
  void textKeepsItsFormAndItsCharacters() {
    assertThat(roff("A `-v`, *it*, **bold** \u2026 \\\\ ~ and\n.so /etc/passwd\n"))
        .endsWith(
            """
            A \\fB\\-v\\fR, \\fIit\\fR, \\fBbold\\fR \\[u2026] \\e \\(ti and
            \\&.so /etc/passwd
            """);
  }

  @Test
  void linksToPagesAreNamesAndLinksToSitesKeepTheirAddress() {
    assertThat(roff("See [grpcos-y(7)](grpcos-y.7.md), curl(1) and [N](https://n.example/).\n"))
        .endsWith("See \\fBgrpcos\\-y\\fR(7), \\fBcurl\\fR(1) and N <https://n.example/>.\n");
  }

  @Test
  void paragraphsAreApart() {
    assertThat(roff("## Two\n\nOne.\n\nTwo.\n")).endsWith(".SH TWO\nOne.\n.PP\nTwo.\n");
  }

  @Test
  void codeIsNotFilled() {
    assertThat(roff("```console\n$ a\nb  c\n```\n"))
        .endsWith(".SH DESCRIPTION\n.RS 4\n.nf\n$ a\nb  c\n.fi\n.RE\n");
  }

  @Test
  void boldTextWithAColonIsATerm() {
    assertThat(roff("* **`key`**: text.\n  More.\n* **Callers:** text\n* **The folder** is\n* x\n"))
        .endsWith(
            """
            .TP
            \\fBkey\\fR
            text.
            More.
            .TP
            \\fBCallers\\fR
            text
            .IP \\(bu 2
            \\fBThe folder\\fR is
            .IP \\(bu 2
            x
            """);
  }

  @Test
  void rowOfATableIsAnItem() {
    assertThat(roff("| a | b |\n| --- | --- |\n| `x` | one |\n")).endsWith(".TP\n\\fBx\\fR\none\n");
    assertThat(roff("| a | b | c |\n| --- | --- | --- |\n| `x` | one | two |\n| `y` | | two |\n"))
        .endsWith(".TP\n\\fBx\\fR\nb: one; c: two\n.TP\n\\fBy\\fR\nc: two\n");
  }

  @Test
  void commentIsLeftOut() {
    assertThat(roff("<!-- by a test -->\n\nText.\n"))
        .endsWith(".SH DESCRIPTION\nText.\n")
        .doesNotContain("by");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Text.\n", "# A title\n", "## grpcos-x(7): a page\n"})
  void documentWithoutATitleIsRefused(String text) {
    assertThatThrownBy(() -> MarkdownPage.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1. numbered\n", "> quoted\n", "![image](x.svg)\n"})
  void whatAPageCannotHaveIsRefused(String text) {
    assertThatThrownBy(() -> roff(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void everyDocumentOfTheManualIsAPage() throws Exception {
    assertThat(MarkdownPage.in(Path.of("src/main/man")))
        .isNotEmpty()
        .allSatisfy(
            page -> assertThat(page.roff("1.0")).contains(".SH SEE ALSO").doesNotContain("(#"));
  }
}
