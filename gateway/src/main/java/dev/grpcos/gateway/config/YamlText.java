package dev.grpcos.gateway.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Parses a file into YAML nodes with their positions. Size and depth are bounded, because the
 * parser is recursive.
 */
final class YamlText {
  private static final int MAX_BYTES = 1 << 20;
  private static final int MAX_DEPTH = 50;

  /** The node of an empty file. */
  static final Node NOTHING = new ScalarNode(Tag.NULL, "", ScalarStyle.PLAIN);

  private YamlText() {}

  /** Returns the root node, or null if the file has a problem, which is reported. */
  static @Nullable Node read(Path file, ConfigProblems problems) {
    String text = text(file, problems);
    if (text == null) {
      return null;
    }
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(file.toString())
            .setCodePointLimit(MAX_BYTES)
            .setAllowNonScalarKeys(true)
            // YamlReader bounds the size of their expansion.
            .setMaxAliasesForCollections(MAX_BYTES)
            .setSchema(new CoreSchema())
            .build();
    try {
      int depth = 0;
      for (Event event : new Parse(settings).parseString(text)) {
        depth +=
            switch (event.getEventId()) {
              case MappingStart, SequenceStart -> 1;
              case MappingEnd, SequenceEnd -> -1;
              default -> 0;
            };
        if (depth > MAX_DEPTH) {
          problems.add(event.getStartMark(), "nested deeper than " + MAX_DEPTH + "; flatten it");
          return null;
        }
      }
      return new Compose(settings).composeString(text).orElse(NOTHING);
    } catch (MarkedYamlEngineException e) {
      Optional<String> context = Optional.ofNullable(e.getContext());
      problems.add(
          e.getProblemMark(),
          "is not valid YAML: "
              + context.map(where -> where + ", ").orElse("")
              + String.valueOf(e.getProblem()).replace('\n', ' ')
              + "; correct this line or the one before");
    } catch (YamlEngineException e) {
      problems.add("is not valid YAML: " + String.valueOf(e.getMessage()).replace('\n', ' '));
    }
    return null;
  }

  private static @Nullable String text(Path file, ConfigProblems problems) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        problems.add("is larger than 1 MiB; name a configuration file");
        return null;
      }
      String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      problems.add("is not in UTF-8; save it as UTF-8");
    } catch (NoSuchFileException e) {
      problems.add("does not exist; create it, or name another file");
    } catch (IOException e) {
      String reason =
          e instanceof FileSystemException failure && failure.getReason() != null
              ? failure.getReason()
              : e.toString();
      problems.add("cannot be read: " + reason + "; give the gateway's user read access");
    }
    return null;
  }
}
