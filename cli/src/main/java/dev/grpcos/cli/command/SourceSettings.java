package dev.grpcos.cli.command;

import dev.grpcos.cli.failure.CliException;
import dev.grpcos.gateway.schema.CompilationException;
import dev.grpcos.gateway.schema.NamedSources;
import dev.grpcos.gateway.schema.SchemaException;
import dev.grpcos.gateway.schema.SourceException;
import dev.grpcos.gateway.schema.SourceWords;
import java.nio.file.Path;
import java.util.List;

/** Converts {@code --proto} and {@code -I} to sources, and their errors to messages. */
final class SourceSettings {
  private static final SourceWords WORDS = new SourceWords("--proto", "-I", "--protoset", "here");

  private SourceSettings() {}

  static NamedSources named(List<String> sources, List<String> folders, Path here) {
    return new NamedSources(sources, folders, here, WORDS);
  }

  /** Returns the error for sources without descriptors. */
  static CliException failure(List<String> sources, SchemaException cause) {
    String message = String.valueOf(cause.getMessage());
    if (cause instanceof CompilationException) {
      return CliException.usageWithExcerpt(
          message + "\n",
          "--proto %s does not compile%s:",
          String.join(", ", sources),
          message.contains("File not found.") ? "; " + WORDS.importRemedy() : "");
    }
    return cause instanceof SourceException problem && !problem.isMissing()
        ? CliException.usage("%s", message)
        : CliException.failure(cause, "%s", message);
  }
}
