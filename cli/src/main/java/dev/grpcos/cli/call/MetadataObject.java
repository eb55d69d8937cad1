package dev.grpcos.cli.call;

import dev.grpcos.cli.failure.CliException;
import dev.grpcos.gateway.json.JsonException;
import dev.grpcos.gateway.json.JsonValue;
import dev.grpcos.gateway.json.JsonValue.JsonArray;
import dev.grpcos.gateway.json.JsonValue.JsonObject;
import dev.grpcos.gateway.json.JsonValue.JsonString;
import dev.grpcos.gateway.json.JsonValue.Member;
import io.grpc.Metadata;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * Reads metadata from a JSON object: for each key a string, or an array of strings; base64 if the
 * key ends in {@code -bin}.
 */
public final class MetadataObject {
  private MetadataObject() {}

  /**
   * Adds metadata, in place of entries that have the same keys.
   *
   * @throws JsonException if the value is not an object of strings, or not valid metadata
   */
  public static void replace(JsonValue value, Metadata metadata) {
    Metadata read = read(value, key -> true);
    for (String key : read.keys()) {
      if (key.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
        metadata.discardAll(Metadata.Key.of(key, Metadata.BINARY_BYTE_MARSHALLER));
      } else {
        metadata.discardAll(Metadata.Key.of(key, Metadata.ASCII_STRING_MARSHALLER));
      }
    }
    metadata.merge(read);
  }

  /**
   * Returns the metadata of an object.
   *
   * @param wanted selects keys, in lower case
   * @throws JsonException if the value is not an object of strings, or not valid metadata
   */
  public static Metadata read(JsonValue value, Predicate<String> wanted) {
    if (!(value instanceof JsonObject object)) {
      throw new JsonException(value.at(), "metadata is not an object; give {\"key\":\"value\"}");
    }
    Metadata metadata = new Metadata();
    for (Member member : object.members()) {
      if (wanted.test(member.key().toLowerCase(Locale.ROOT))) {
        List<JsonValue> values =
            member.value() instanceof JsonArray array ? array.elements() : List.of(member.value());
        values.forEach(each -> add(member.key(), each, metadata));
      }
    }
    return metadata;
  }

  private static void add(String key, JsonValue value, Metadata metadata) {
    if (!(value instanceof JsonString text)) {
      throw new JsonException(
          value.at(),
          "metadata \"" + key + "\" is not a string; give a string, or an array of them");
    }
    try {
      HeaderArguments.add("metadata", key, text.text(), metadata);
    } catch (CliException e) {
      throw new JsonException(value.at(), String.valueOf(e.getMessage()));
    }
  }
}
