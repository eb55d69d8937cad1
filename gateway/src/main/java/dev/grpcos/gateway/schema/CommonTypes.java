package dev.grpcos.gateway.schema;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The messages of {@code google.rpc} and {@code google.type}, and the messages of {@code
 * google.protobuf} that have a special JSON form. They are known without a schema.
 *
 * @see <a href="https://github.com/googleapis/api-common-protos">Google API common protos</a>
 */
public final class CommonTypes {
  private static final Set<String> WITH_JSON_FORM =
      Set.of(
          "google/protobuf/any.proto",
          "google/protobuf/duration.proto",
          "google/protobuf/empty.proto",
          "google/protobuf/field_mask.proto",
          "google/protobuf/struct.proto",
          "google/protobuf/timestamp.proto",
          "google/protobuf/wrappers.proto");

  private CommonTypes() {}

  /** Returns the message with this full name, or null if it is not a common type. */
  public static @Nullable Descriptor message(String fullName) {
    for (String name : CommonFiles.folder(fullName)) {
      if (name.startsWith("google/api/")
          || (name.startsWith("google/protobuf/") && !WITH_JSON_FORM.contains(name))) {
        continue;
      }
      FileDescriptor file = CommonFiles.descriptor(name);
      Descriptor message = file == null ? null : message(file, fullName);
      if (message != null) {
        return message;
      }
    }
    return null;
  }

  private static @Nullable Descriptor message(FileDescriptor file, String fullName) {
    List<String> path =
        List.of(fullName.substring(file.getPackage().length() + 1).split("\\.", -1));
    Descriptor message = file.findMessageTypeByName(path.get(0));
    for (int i = 1; i < path.size() && message != null; i++) {
      message = message.findNestedTypeByName(path.get(i));
    }
    return message;
  }
}
