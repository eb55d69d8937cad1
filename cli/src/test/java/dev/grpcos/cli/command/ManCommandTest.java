package dev.grpcos.cli.command;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.man.Manual;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the manual pages of the real commands. */
final class ManCommandTest {
  private static final String CONTEXTS = "contexts.yaml";
  private static final String CONFIGURATION = "/.config/grpcos/gateway.yaml";

  @TempDir static Path folder;
  private static Map<String, String> pages = Map.of();

  @BeforeAll
  static void write() throws IOException {
    new Manual(List.of())
        .write(folder, Commands.tree("", new CommandContext()).getCommandSpec(), "1");
    try (Stream<Path> files = Files.list(folder.resolve("man1"))) {
      pages = files.collect(toMap(file -> file.getFileName().toString(), ManCommandTest::text));
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String section(String title, String page) {
    String text = Objects.requireNonNull(pages.get(page), page);
    int begin = text.indexOf(".SH " + title + "\n");
    if (begin < 0) {
      return "";
    }
    int end = text.indexOf("\n.SH ", begin);
    return text.substring(begin, end < 0 ? text.length() : end);
  }

  @Test
  void noSectionIsEmpty() {
    assertThat(pages)
        .hasSizeGreaterThan(25)
        .allSatisfy(
            (name, page) ->
                assertThat(page).doesNotContainPattern("(?m)^\\.SH .*\\n(?=\\.SH |\\z)"));
  }

  @Test
  void everyPageHasExitCodes() {
    assertThat(pages.keySet())
        .allSatisfy(page -> assertThat(section("EXIT STATUS", page)).contains("64 + c"));
  }

  @Test
  void commandsHaveTheFilesThatTheyRead() {
    for (String page : List.of("grpcos", "grpcos-call", "grpcos-context", "grpcos-context-show")) {
      assertThat(section("FILES", page + ".1")).as(page).contains(CONTEXTS);
    }
    for (String page : List.of("grpcos", "grpcos-gateway", "grpcos-gateway-check")) {
      assertThat(section("FILES", page + ".1")).as(page).contains(CONFIGURATION);
    }
    assertThat(section("FILES", "grpcos-gateway-status.1")).doesNotContain(CONTEXTS, CONFIGURATION);
  }

  @Test
  void commandsHaveTheVariablesThatTheyRead() {
    assertThat(section("ENVIRONMENT", "grpcos-grpcurl.1"))
        .contains("GRPCOS_SOCKET", "GRPCOS_AUTOSTART", "HTTPS_PROXY", "SSL_CERT_FILE")
        .doesNotContain("GRPCOS_TARGET", "TRACEPARENT");
    assertThat(section("ENVIRONMENT", "grpcos-gateway.1")).contains("GRPCOS_SOCKET");
  }
}
