package dev.grpcos.cli.command;

import dev.grpcos.cli.failure.CliException;
import dev.grpcos.gateway.schema.CompilationException;
import dev.grpcos.gateway.schema.NamedSources;
import dev.grpcos.gateway.schema.SchemaException;
import dev.grpcos.gateway.schema.SourceException;
import dev.grpcos.gateway.schema.SourceWords;
import java.nio.file.Path;
import java.util.List;

/** The sources that {@code --proto} and {@code -I} name, and what is wrong with them. */
final class SourceSettings {
  private static final SourceWords WORDS = new SourceWords("--proto", "-I", "--protoset", "here");

  private SourceSettings() {}

  static NamedSources named(List<String> sources, List<String> folders, Path here) {
    return new NamedSources(sources, folders, here, WORDS);
  }

  /** Why there are no descriptors, for the caller of the command. */
  static CliException failure(List<String> sources, SchemaException why) {
    String message = String.valueOf(why.getMessage());
    if (why instanceof CompilationException) {
      return CliException.usageWithExcerpt(
          message + "\n",
          "--proto %s does not compile%s:",
          String.join(", ", sources),
          message.contains("File not found.") ? "; " + WORDS.importRemedy() : "");
    }
    return why instanceof SourceException problem && !problem.isMissing()
        ? CliException.usage("%s", message)
        : CliException.failure(why, "%s", message);
  }
}
