package dev.grpcos.cli.top;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.proto.admin.v1.MethodCalls;
import java.time.LocalTime;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TopScreenTest {
  private static final TopSample BEFORE = new TopSample(Samples.status(), 0);

  private static TopSample after(int methods) {
    return new TopSample(
        Samples.status(
            IntStream.range(0, methods)
                .mapToObj(i -> Samples.calls("a.S/Method" + i, "upstream:u", 10 + i, 1))
                .toArray(MethodCalls[]::new)),
        2_000_000_000L);
  }

  private static List<String> lines(TopSample now, int rows, int columns) {
    return TopScreen.of(BEFORE, now, TopOrder.CALLS, new TerminalSize(rows, columns))
        .replaceAll("\033(?:[78]|\\[[?0-9;]*[A-Za-z])", "")
        .lines()
        .map(String::stripTrailing)
        .toList();
  }

  @Test
  void screenHasTablesOfMethodsCallersAndUpstreams() {
    assertThat(lines(after(1), 24, 200).subList(1, 11))
        .containsExactly(
            "sorted by calls; keys: s sort, q quit",
            "",
            "  CALLS/S  ERRORS/S      P50      P99 INFLIGHT RECEIVED/S     SENT/S  METHOD",
            "      5.5       0.5     1.5s     2.0s        0       550B         0B  a.S/Method0",
            "",
            "  CALLS/S  ERRORS/S      P50      P99 INFLIGHT RECEIVED/S     SENT/S  CALLER",
            "      5.5       0.0     1.5s     2.0s        0         0B         0B  uid 4711",
            "",
            "  CALLS/S  ERRORS/S      P50      P99 INFLIGHT RECEIVED/S     SENT/S  UPSTREAM",
            "      5.5       0.5     1.5s     2.0s        0       550B         0B  u");
  }

  @Test
  void narrowScreenHasRoomForNames() {
    TopSample now =
        new TopSample(
            Samples.status(
                Samples.calls("helloworld.Greeter/SayHello", "upstream:u", 11, 1),
                Samples.calls("company.product.library.v1.Library/GetBook", "upstream:u", 10, 1),
                Samples.calls(
                    "library.v1.Library/ListAllBooksOfAllAuthorsOfTheWorld", "upstream:u", 9, 1)),
            2_000_000_000L);

    assertThat(lines(now, 24, 80).subList(3, 7))
        .containsExactly(
            " CALLS/S   ERR/S     P50     P99  OPEN  BYTES/S  METHOD",
            "     6.0     0.5    1.5s    2.0s     0     600B  helloworld.Greeter/SayHello",
            "     5.5     0.5    1.5s    2.0s     0     550B  Library/GetBook",
            "     5.0     0.5    1.5s    2.0s     0     500B  ..llBooksOfAllAuthorsOfTheWorld");
    assertThat(lines(now, 24, 80).get(0)).contains(" in flight, ", " connections, ", ", up ");
  }

  @Test
  void screenIsCutToTheTerminal() {
    List<String> lines = lines(after(100), 12, 30);

    assertThat(lines).hasSize(12).allMatch(line -> line.length() <= 30);
    assertThat(lines(after(100), 40, 200))
        .hasSize(40)
        .anyMatch(line -> line.endsWith("a.S/Method99"));
    assertThat(lines(after(100), 1, 1)).hasSize(1);
  }

  @Test
  void batchNamesTheFirstMethod() {
    assertThat(TopLines.line(LocalTime.of(12, 0, 1), BEFORE, after(3), TopOrder.CALLS))
        .isEqualTo(
            "12:00:01      18.0       1.5     1.5s     2.0s        0     1.8KiB         0B"
                + "  a.S/Method2");
    assertThat(TopLines.line(LocalTime.of(12, 0, 1), BEFORE, BEFORE, TopOrder.CALLS))
        .endsWith("  -");
  }
}
