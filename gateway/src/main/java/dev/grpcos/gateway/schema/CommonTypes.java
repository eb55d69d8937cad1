package dev.grpcos.gateway.schema;

import com.google.protobuf.AnyProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DurationProto;
import com.google.protobuf.EmptyProto;
import com.google.protobuf.FieldMaskProto;
import com.google.protobuf.StructProto;
import com.google.protobuf.TimestampProto;
import com.google.protobuf.WrappersProto;
import com.google.rpc.ErrorDetailsProto;
import com.google.rpc.StatusProto;
import com.google.rpc.context.AttributeContextProto;
import com.google.rpc.context.AuditContextProto;
import com.google.type.ColorProto;
import com.google.type.DateProto;
import com.google.type.DateTimeProto;
import com.google.type.DecimalProto;
import com.google.type.ExprProto;
import com.google.type.FractionProto;
import com.google.type.IntervalProto;
import com.google.type.LatLngProto;
import com.google.type.LocalizedTextProto;
import com.google.type.MoneyProto;
import com.google.type.PhoneNumberProto;
import com.google.type.PostalAddressProto;
import com.google.type.QuaternionProto;
import com.google.type.TimeOfDayProto;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The messages of {@code google.rpc} and {@code google.type}, and those of {@code google.protobuf}
 * that have a JSON form of their own: no schema need have them.
 *
 * @see <a href="https://github.com/googleapis/api-common-protos">Google API common protos</a>
 */
public final class CommonTypes {
  private static final List<String> PACKAGES =
      List.of("google.protobuf.", "google.rpc.", "google.type.");

  private CommonTypes() {}

  /** The message of this full name; null if it is none of these. */
  public static @Nullable Descriptor message(String fullName) {
    // The files are loaded for who asks for one of them alone.
    if (PACKAGES.stream().noneMatch(fullName::startsWith)) {
      return null;
    }
    for (FileDescriptor file : Files.ALL) {
      if (fullName.startsWith(file.getPackage() + ".")) {
        List<String> path =
            List.of(fullName.substring(file.getPackage().length() + 1).split("\\.", -1));
        Descriptor message = file.findMessageTypeByName(path.get(0));
        for (int i = 1; i < path.size() && message != null; i++) {
          message = message.findNestedTypeByName(path.get(i));
        }
        if (message != null) {
          return message;
        }
      }
    }
    return null;
  }

  private static final class Files {
    static final List<FileDescriptor> ALL =
        List.of(
            AnyProto.getDescriptor(),
            DurationProto.getDescriptor(),
            EmptyProto.getDescriptor(),
            FieldMaskProto.getDescriptor(),
            StructProto.getDescriptor(),
            TimestampProto.getDescriptor(),
            WrappersProto.getDescriptor(),
            ErrorDetailsProto.getDescriptor(),
            StatusProto.getDescriptor(),
            AttributeContextProto.getDescriptor(),
            AuditContextProto.getDescriptor(),
            ColorProto.getDescriptor(),
            DateProto.getDescriptor(),
            DateTimeProto.getDescriptor(),
            DecimalProto.getDescriptor(),
            ExprProto.getDescriptor(),
            FractionProto.getDescriptor(),
            IntervalProto.getDescriptor(),
            LatLngProto.getDescriptor(),
            LocalizedTextProto.getDescriptor(),
            MoneyProto.getDescriptor(),
            PhoneNumberProto.getDescriptor(),
            PostalAddressProto.getDescriptor(),
            QuaternionProto.getDescriptor(),
            TimeOfDayProto.getDescriptor());
  }
}
