package dev.grpcos.cli.grpcurl;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.output.PrintedTypes;
import dev.grpcos.cli.output.StandardOutput;
import dev.grpcos.cli.schema.Schema;
import dev.grpcos.gateway.schema.LinkedFile;
import dev.grpcos.gateway.text.PrintableText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The output of {@code list} and {@code describe}. Symbols are found by their full names. */
public final class GrpcurlDescriptions {
  private final GrpcurlLine line;
  private final Schema schema;
  private final StandardOutput output;

  /** Creates the output for a schema. */
  public GrpcurlDescriptions(GrpcurlLine line, Schema schema, StandardOutput output) {
    this.line = line;
    this.schema = schema;
    this.output = output;
  }

  /**
   * Prints services, or the methods of the symbol.
   *
   * @param services the services to print without a symbol
   * @return the files of the services
   */
  public List<FileDescriptor> list(List<String> services) {
    String symbol = line.symbol();
    if (symbol != null) {
      if (!(found(symbol) instanceof ServiceDescriptor service)) {
        throw CliException.failure("Service not found: %s", symbol);
      }
      names(
          service.getMethods().stream().map(MethodDescriptor::getFullName).sorted().toList(),
          "(No methods)");
      return List.of(service.getFile());
    }
    names(services.stream().sorted().toList(), "(No services)");
    return writesFiles()
        ? services.stream().map(service -> found(service).getFile()).toList()
        : List.of();
  }

  private boolean writesFiles() {
    return line.text(GrpcurlFlag.PROTOSET_OUT) != null
        || line.text(GrpcurlFlag.PROTO_OUT_DIR) != null;
  }

  private void names(List<String> names, String none) {
    (names.isEmpty() ? List.of(none) : names).forEach(name -> print(PrintableText.line(name)));
    output.flush();
  }

  private void print(String text) {
    output.hold(out -> out.write((text + "\n").getBytes(UTF_8)));
  }

  private GenericDescriptor found(String symbol) {
    GenericDescriptor found = schema.symbol(symbol);
    if (found == null) {
      throw CliException.failure(
          "failed to resolve symbol \"%s\": Symbol not found: %s", symbol, symbol);
    }
    return found;
  }

  /**
   * Describes the symbol, or services.
   *
   * @param services the services to describe without a symbol
   * @return the files of what was described
   */
  public List<FileDescriptor> describe(List<String> services) {
    String symbol = line.symbol();
    if (symbol == null && services.isEmpty()) {
      print("Server returned an empty list of exposed services");
    }
    List<FileDescriptor> files = new ArrayList<>();
    for (String name : symbol == null ? services : List.of(symbol)) {
      GenericDescriptor found = found(name.startsWith(".") ? name.substring(1) : name);
      describe(found);
      files.add(found.getFile());
      output.flush();
    }
    output.flush();
    return files;
  }

  private void describe(GenericDescriptor named) {
    GenericDescriptor shown = named;
    String kind = kind(named);
    if (named instanceof Descriptor message && message.getContainingType() != null) {
      Optional<FieldDescriptor> field =
          message.getContainingType().getFields().stream()
              .filter(each -> declares(each, message))
              .findFirst();
      if (field.isPresent()) {
        shown = field.get();
        kind =
            field.get().isMapField()
                ? "the entry type for a map field"
                : "the type of a group field";
      }
    }
    print(named.getFullName() + " is " + kind + ":");
    print(GrpcurlDeclarations.text(shown, imports(schema, shown)));
    if (shown instanceof Descriptor message && line.isOn(GrpcurlFlag.MSG_TEMPLATE)) {
      PrintedTypes types = new PrintedTypes(schema);
      GrpcurlFormat format =
          line.isText() ? new GrpcurlText(types, false) : new GrpcurlJson(types, true);
      print("\nMessage template:");
      print(format.of(GrpcurlTemplate.of(message)));
    }
  }

  /** Returns the files that may declare the options of a declaration. */
  static List<FileDescriptor> imports(Schema schema, GenericDescriptor descriptor) {
    return schema.files(List.of(descriptor.getFile())).stream().map(LinkedFile::linked).toList();
  }

  private static boolean declares(FieldDescriptor field, Descriptor message) {
    return (field.isMapField() || field.getType() == FieldDescriptor.Type.GROUP)
        && field.getMessageType() == message;
  }

  private static String kind(GenericDescriptor descriptor) {
    if (descriptor instanceof Descriptor) {
      return "a message";
    } else if (descriptor instanceof FieldDescriptor field) {
      return field.getType() == FieldDescriptor.Type.GROUP
          ? "a group field"
          : field.isExtension() ? "an extension" : "a field";
    } else if (descriptor instanceof OneofDescriptor) {
      return "a one-of";
    } else if (descriptor instanceof EnumDescriptor) {
      return "an enum";
    } else if (descriptor instanceof EnumValueDescriptor) {
      return "an enum value";
    }
    return descriptor instanceof ServiceDescriptor ? "a service" : "a method";
  }
}
