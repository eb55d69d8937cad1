package dev.grpcos.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests the pairs of {@code examples/ipc}: the claims of the table, its figures and its picture.
 */
final class IpcIT {
  private static final Clone CLONE = Clone.built();
  private static final Path FOLDER = CLONE.root().resolve("examples/ipc");

  /** The columns of a row with figures; the last two are milliseconds and messages a second. */
  private static final int FIGURES = 6;

  private static final String NOT_TRIED = ": not tried: ";

  /** Whether all tools are installed, so that skipping a test is an error. */
  private static final boolean NOTHING_IS_SKIPPED =
      System.getenv("GRPCOS_TEST_SKIPS_NOTHING") != null;

  @TempDir private Path folder;
  private Session session;

  @BeforeEach
  void begin() throws IOException {
    session = new Session(CLONE, Files.createDirectory(folder.resolve("session"))).withoutWarmup();
  }

  @AfterEach
  void end() throws IOException {
    assertThat(session.temporary()).isEmptyDirectory();
    session.close();
  }

  @Test
  void everyClaimOfTheTableIsTrue() throws IOException {
    List<String> lines = run("examples/ipc/try.sh").lines().toList();
    List<String> expected = new ArrayList<>();
    List<String> skipped = new ArrayList<>();
    for (Pair pair : Pair.all()) {
      Optional<String> missing = starting(lines, pair.folder() + NOT_TRIED);
      if (missing.isPresent()) {
        expected.add(missing.get());
        skipped.add(missing.get());
        continue;
      }
      pair.claims()
          .forEach(
              (claim, text) -> {
                String prefix = pair.folder() + ": " + claim;
                Optional<String> untried = starting(lines, prefix + NOT_TRIED);
                untried.ifPresent(line -> requireAnotherUser(prefix, line));
                expected.add(untried.orElse(prefix + ": " + text));
              });
    }
    assertThat(lines).isEqualTo(expected);
    requireMissingTools(skipped);
  }

  private static Optional<String> starting(List<String> lines, String prefix) {
    return lines.stream().filter(line -> line.startsWith(prefix)).findFirst();
  }

  /** Checks that a claim without a trial needs another user, and prints it. */
  private static void requireAnotherUser(String claim, String line) {
    assertThat(claim).endsWith(": who may connect");
    assertThat(NOTHING_IS_SKIPPED).as(line).isFalse();
    System.out.println("IpcIT: " + line);
  }

  @Test
  void tableAndPictureHaveTheFiguresOfEveryPair() throws Exception {
    Path out = folder.resolve("out");
    String output = run("examples/ipc/run.sh", "--quick", "--out", out.toString());

    List<List<String>> measured = rows(Files.readString(out.resolve("table.md")));
    List<List<String>> documented = rows(Files.readString(FOLDER.resolve("README.md")));
    assertThat(output).contains(Files.readString(out.resolve("table.md")));
    assertThat(measured.stream().map(IpcIT::claims))
        .containsExactlyElementsOf(Pair.all().stream().map(Pair::columns).toList())
        .containsExactlyElementsOf(documented.stream().map(IpcIT::claims).toList());
    requireMissingTools(
        measured.stream()
            .filter(row -> row.get(FIGURES).startsWith("not measured: "))
            .map(row -> row.get(0) + ": " + row.get(FIGURES))
            .toList());
    requireFigures(
        measured.stream().filter(row -> !row.get(FIGURES).startsWith("not measured: ")).toList(),
        out.resolve("map.svg"));
    requireFigures(documented, FOLDER.resolve("map.svg"));
  }

  /** Checks that rows have figures, and the picture the same. */
  private static void requireFigures(List<List<String>> rows, Path picture) throws Exception {
    DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(picture.toFile());
    String drawn = Files.readString(picture);
    for (List<String> row : rows) {
      assertThat(row.get(FIGURES)).matches("\\d+\\.\\d\\d");
      assertThat(row.get(FIGURES + 1)).matches("\\d{1,3}(,\\d{3})*");
      assertThat(drawn)
          .contains(">" + row.get(FIGURES) + " ms<")
          .contains(">" + row.get(FIGURES + 1) + " messages a second<");
    }
  }

  /** Checks that each line names a tool that is not installed, and prints it. */
  private static void requireMissingTools(List<String> skipped) {
    if (NOTHING_IS_SKIPPED) {
      assertThat(skipped).isEmpty();
    }
    for (String line : skipped) {
      System.out.println("IpcIT: " + line);
      String tool = line.replaceFirst(" is not installed$", "").replaceFirst("^.*: ", "");
      assertThat(List.of(System.getenv("PATH").split(File.pathSeparator, -1)))
          .as(line)
          .noneMatch(path -> Files.isExecutable(Path.of(path, tool)));
    }
  }

  private String run(String... command) throws IOException {
    Path output = folder.resolve("output");
    Process process = session.process(command).redirectOutput(output.toFile()).start();
    int code = Session.end(process);
    String text = Files.readString(output, UTF_8);
    assertThat(code).as(text).isZero();
    return text;
  }

  /**
   * Returns the rows of the only table with figures in a document, without its two header lines.
   */
  private static List<List<String>> rows(String document) {
    return document
        .lines()
        .filter(line -> line.startsWith("| ["))
        .map(line -> List.of(line.substring(2, line.length() - 2).split(" \\| ", -1)))
        .toList();
  }

  private static List<String> claims(List<String> row) {
    return row.subList(0, FIGURES);
  }

  /** A line of {@code neighbours.tsv}. */
  private record Pair(
      String folder,
      String name,
      String direction,
      String synchronous,
      String typed,
      String who,
      String absent) {
    static List<Pair> all() throws IOException {
      try (Stream<String> lines = Files.lines(FOLDER.resolve("neighbours.tsv"))) {
        return lines
            .skip(1)
            .map(line -> line.split("\t", -1))
            .map(
                column ->
                    new Pair(
                        column[0], column[1], column[3], column[4], column[5], column[6],
                        column[7]))
            .toList();
      }
    }

    /** Returns the lines that {@code try.sh} prints for the pair, in order. */
    Map<String, String> claims() {
      Map<String, String> claims = new LinkedHashMap<>();
      claims.put("greets", "yes");
      claims.put("typed", typed);
      claims.put("synchronous", synchronous);
      claims.put("who may connect", who);
      claims.put("the other side is absent", absent);
      return claims;
    }

    List<String> columns() {
      return List.of("[" + name + "](" + folder + ")", direction, synchronous, typed, who, absent);
    }
  }
}
