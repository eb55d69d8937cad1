package dev.grpcos.gateway.schema;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A file that is parsed only as far as needed: first its names, and the rest on demand, because a
 * command needs only a few of thousands of files. Safe for use by any thread.
 */
final class SkimmedFile implements DescriptorFile {
  private final ByteString bytes;
  private String name = "";
  private String scope = "";
  private final List<String> services = new ArrayList<>();
  private final List<String> top = new ArrayList<>();
  private @Nullable FileDescriptorProto proto;

  /**
   * Creates a file from its bytes.
   *
   * @throws IOException if they are not a valid {@code FileDescriptorProto}
   */
  SkimmedFile(ByteString bytes) throws IOException {
    this.bytes = bytes;
    skim();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<String> services() {
    return services.stream().map(service -> scope + service).toList();
  }

  @Override
  public List<String> top() {
    return top.stream().map(one -> scope + one).toList();
  }

  @Override
  public synchronized FileDescriptorProto proto() {
    FileDescriptorProto read = proto;
    if (read == null) {
      try {
        read = FileDescriptorProto.parseFrom(bytes);
      } catch (InvalidProtocolBufferException e) {
        throw new BrokenFileException(name, e);
      }
      proto = read;
    }
    return read;
  }

  private void skim() throws IOException {
    CodedInputStream in = bytes.newCodedInput();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case FileDescriptorProto.NAME_FIELD_NUMBER -> name = in.readString();
        case FileDescriptorProto.PACKAGE_FIELD_NUMBER -> scope = in.readString() + ".";
        case FileDescriptorProto.SERVICE_FIELD_NUMBER -> {
          String service = nameIn(in.readBytes());
          services.add(service);
          top.add(service);
        }
        case FileDescriptorProto.MESSAGE_TYPE_FIELD_NUMBER,
            FileDescriptorProto.EXTENSION_FIELD_NUMBER ->
            top.add(nameIn(in.readBytes()));
        case FileDescriptorProto.ENUM_TYPE_FIELD_NUMBER -> {
          ByteString type = in.readBytes();
          top.add(nameIn(type));
          // as in C++, an enum's values are declared in the scope around the enum
          CodedInputStream values = type.newCodedInput();
          for (int part = values.readTag(); part != 0; part = values.readTag()) {
            if (WireFormat.getTagFieldNumber(part) == EnumDescriptorProto.VALUE_FIELD_NUMBER) {
              top.add(nameIn(values.readBytes()));
            } else {
              values.skipField(part);
            }
          }
        }
        default -> in.skipField(tag);
      }
    }
  }

  /** Returns the name of a declaration, which is field 1 of every kind. */
  private static String nameIn(ByteString declaration) throws IOException {
    CodedInputStream in = declaration.newCodedInput();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) == DescriptorProto.NAME_FIELD_NUMBER) {
        return in.readString();
      }
      in.skipField(tag);
    }
    return "";
  }
}
