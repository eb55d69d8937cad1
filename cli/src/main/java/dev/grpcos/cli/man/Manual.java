package dev.grpcos.cli.man;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The manual: a page for each command, and the pages that are written by hand.
 *
 * @param documents the pages that are written by hand
 */
public record Manual(List<MarkdownPage> documents) {
  /** Reads the pages that are written by hand from a folder of Markdown documents. */
  public static Manual withDocuments(Path folder) throws IOException {
    return new Manual(MarkdownPage.in(folder));
  }

  /**
   * Writes the pages below a folder such as {@code share/man}.
   *
   * @param root the command whose subcommands get pages too
   */
  public void write(Path folder, CommandSpec root, String release) throws IOException {
    for (CommandPage page : CommandPage.all(root, documents)) {
      write(folder, page.name(), page.roff(release));
    }
    for (MarkdownPage page : documents) {
      write(folder, page.name(), page.roff(release));
    }
  }

  private static void write(Path folder, ManualName name, String roff) throws IOException {
    Path file = folder.resolve(name.file());
    Files.createDirectories(Objects.requireNonNull(file.getParent()));
    Files.writeString(file, roff);
  }
}
