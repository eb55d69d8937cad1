package dev.grpcos.cli.output;

import dev.grpcos.gateway.call.MetadataEntry;
import dev.grpcos.gateway.json.JsonText;
import dev.grpcos.gateway.json.Redaction;
import io.grpc.Metadata;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes metadata as one JSON object. Each value is an array, even if it has one element, so that
 * scripts need not distinguish two forms.
 */
final class MetadataJson {
  private MetadataJson() {}

  /** Adds the object to a text, with secrets or without. */
  static void write(Metadata metadata, boolean secrets, JsonText text) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    for (MetadataEntry entry : MetadataEntry.of(metadata)) {
      values
          .computeIfAbsent(entry.key(), key -> new ArrayList<>())
          .add(entry.secret() && !secrets ? Redaction.HIDDEN : entry.value());
    }
    String separator = "{";
    for (Map.Entry<String, List<String>> entry : values.entrySet()) {
      text.put(separator);
      text.quoted(entry.getKey());
      text.put(":[");
      for (int i = 0; i < entry.getValue().size(); i++) {
        if (i > 0) {
          text.put(',');
        }
        text.quoted(entry.getValue().get(i));
      }
      text.put(']');
      separator = ",";
    }
    text.put(values.isEmpty() ? "{}" : "}");
  }
}
