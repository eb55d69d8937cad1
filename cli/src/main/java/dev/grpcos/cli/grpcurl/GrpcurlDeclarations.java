package dev.grpcos.cli.grpcurl;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.DescriptorProto.ExtensionRange;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import dev.grpcos.cli.describe.FieldSyntax;
import dev.grpcos.cli.describe.Literals;
import dev.grpcos.cli.describe.OptionReader;
import dev.grpcos.cli.describe.SourceInfo;
import dev.grpcos.cli.grpcurl.GrpcurlOptions.GrpcurlOption;
import dev.grpcos.gateway.text.PrintableText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Declarations in proto syntax, in the layout of grpcurl: elements by kind and then by number or
 * name, without blank lines, with the comment before each element and with full names.
 */
final class GrpcurlDeclarations {
  private static final int MAX_NUMBER = (1 << 29) - 1;

  private static final Comparator<FieldDescriptor> BY_NUMBER =
      Comparator.comparingInt(FieldDescriptor::getNumber);

  private static final Comparator<FieldDescriptor> BY_EXTENDEE =
      Comparator.comparing(
          (FieldDescriptor extension) -> extension.getContainingType().getFullName());

  private final GrpcurlOptions options;
  private final SourceInfo source;
  private final StringBuilder out = new StringBuilder();

  /** The line feed and the indentation of the current declaration. */
  private String line = "\n";

  private GrpcurlDeclarations(FileDescriptor file, Collection<FileDescriptor> optionImports) {
    options = new GrpcurlOptions(new OptionReader(file, optionImports));
    source = new SourceInfo(file.toProto().getSourceCodeInfo());
  }

  /**
   * Returns a declaration, without a line feed at its end.
   *
   * @param optionImports further files to search for custom options
   */
  static String text(GenericDescriptor descriptor, Collection<FileDescriptor> optionImports) {
    GrpcurlDeclarations text = new GrpcurlDeclarations(descriptor.getFile(), optionImports);
    text.write(descriptor);
    return text.out.substring(1); // after the first line feed
  }

  private void write(GenericDescriptor descriptor) {
    if (descriptor instanceof ServiceDescriptor service) {
      service(service);
    } else if (descriptor instanceof MethodDescriptor method) {
      method(method);
    } else if (descriptor instanceof Descriptor message) {
      message(message);
    } else if (descriptor instanceof FieldDescriptor field && field.isExtension()) {
      extend(List.of(field));
    } else if (descriptor instanceof FieldDescriptor field) {
      field(field);
    } else if (descriptor instanceof OneofDescriptor oneof) {
      oneof(oneof);
    } else if (descriptor instanceof EnumDescriptor type) {
      enumeration(type);
    } else if (descriptor instanceof EnumValueDescriptor value) {
      enumValue(value);
    } else {
      throw new IllegalArgumentException("no declaration: " + descriptor.getClass());
    }
  }

  private void comment(GenericDescriptor descriptor) {
    List<String> lines =
        new ArrayList<>(List.of(source.leadingComment(descriptor).split("\n", -1)));
    if (lines.get(0).isEmpty()) {
      lines.remove(0);
    }
    if (!lines.isEmpty() && lines.get(lines.size() - 1).isEmpty()) {
      lines.remove(lines.size() - 1);
    }
    for (String text : lines) {
      String spaced = text.isEmpty() || text.startsWith(" ") ? text : " " + text;
      line("//" + PrintableText.line(spaced).stripTrailing());
    }
  }

  private void line(String text) {
    out.append(line).append(text);
  }

  private void block(String head, Runnable body) {
    line(head + " {");
    String outer = line;
    line = outer + "  ";
    body.run();
    line = outer;
    line("}");
  }

  private void statements(List<GrpcurlOption> all) {
    all.forEach(option -> line("option " + option.text(line) + ";"));
  }

  private void service(ServiceDescriptor service) {
    comment(service);
    block(
        "service " + service.getName(),
        () -> {
          statements(options.of(service.toProto().getOptions(), List.of()));
          byName(service.getMethods()).forEach(this::method);
        });
  }

  private static <T extends GenericDescriptor> Stream<T> byName(List<T> descriptors) {
    return descriptors.stream().sorted(Comparator.comparing(GenericDescriptor::getName));
  }

  private void method(MethodDescriptor method) {
    comment(method);
    String head =
        "rpc %s ( %s.%s ) returns ( %s.%s )"
            .formatted(
                method.getName(),
                method.isClientStreaming() ? "stream " : "",
                method.getInputType().getFullName(),
                method.isServerStreaming() ? "stream " : "",
                method.getOutputType().getFullName());
    List<GrpcurlOption> own = options.of(method.toProto().getOptions(), List.of());
    if (own.isEmpty()) {
      line(head + ";");
    } else {
      block(head, () -> statements(own));
    }
  }

  private void message(Descriptor message) {
    comment(message);
    block("message " + message.getName(), () -> body(message));
  }

  private void body(Descriptor message) {
    DescriptorProto proto = message.toProto();
    statements(options.of(proto.getOptions(), List.of()));
    fields(message);
    Set<Descriptor> inlined = new HashSet<>();
    Stream.concat(message.getFields().stream(), message.getExtensions().stream())
        .forEach(
            field -> {
              Descriptor inside = FieldSyntax.inlined(field);
              if (inside != null) {
                inlined.add(inside);
              }
            });
    byName(message.getNestedTypes()).filter(type -> !inlined.contains(type)).forEach(this::message);
    byName(message.getEnumTypes()).forEach(this::enumeration);
    extensionRanges(proto.getExtensionRangeList());
    extensions(message.getExtensions());
    reserved(
        proto.getReservedRangeList().stream()
            .sorted(Comparator.comparingInt(DescriptorProto.ReservedRange::getStart))
            .map(range -> range(range.getStart(), range.getEnd() - 1, MAX_NUMBER))
            .toList());
    reservedNames(message.getFile(), proto.getReservedNameList());
  }

  private void fields(Descriptor message) {
    Set<OneofDescriptor> done = new HashSet<>();
    for (FieldDescriptor field : message.getFields().stream().sorted(BY_NUMBER).toList()) {
      OneofDescriptor oneof = field.getRealContainingOneof();
      if (oneof == null) {
        field(field);
      } else if (done.add(oneof)) {
        comment(oneof);
        oneof(oneof);
      }
    }
  }

  private void oneof(OneofDescriptor oneof) {
    block(
        "oneof " + oneof.getName(),
        () -> {
          statements(options.of(oneof.toProto().getOptions(), List.of()));
          oneof.getFields().stream().sorted(BY_NUMBER).forEach(this::field);
        });
  }

  private void field(FieldDescriptor field) {
    Descriptor group = FieldSyntax.group(field);
    comment(group == null ? field : group);
    String head =
        FieldSyntax.head(field)
            + GrpcurlOptions.bracketed(
                options.of(field.toProto().getOptions(), builtIn(field)), line);
    if (group == null) {
      line(head + ";");
    } else {
      block(head, () -> body(group));
    }
  }

  private static List<GrpcurlOption> builtIn(FieldDescriptor field) {
    FieldDescriptorProto proto = field.toProto();
    List<GrpcurlOption> all = new ArrayList<>();
    if (proto.hasDefaultValue()) {
      all.add(new GrpcurlOption("default", field.getDefaultValue(), field));
    }
    if (proto.hasJsonName()
        && !proto.getJsonName().equals(FieldSyntax.defaultJsonName(proto.getName()))
        && !field.isExtension()) {
      all.add(new GrpcurlOption("json_name", Literals.quoted(proto.getJsonName()), null));
    }
    return all;
  }

  private void extend(List<FieldDescriptor> fields) {
    block(
        "extend ." + fields.get(0).getContainingType().getFullName(),
        () -> fields.forEach(this::field));
  }

  private void extensions(List<FieldDescriptor> all) {
    List<FieldDescriptor> sorted =
        all.stream().sorted(BY_EXTENDEE.thenComparing(BY_NUMBER)).toList();
    int first = 0;
    for (int i = 1; i <= sorted.size(); i++) {
      boolean ends =
          i == sorted.size()
              || sorted.get(i).getContainingType() != sorted.get(first).getContainingType();
      if (ends) {
        extend(sorted.subList(first, i));
        first = i;
      }
    }
  }

  private void extensionRanges(List<ExtensionRange> all) {
    List<ExtensionRange> sorted =
        all.stream().sorted(Comparator.comparingInt(ExtensionRange::getStart)).toList();
    int first = 0;
    for (int i = 1; i <= sorted.size(); i++) {
      boolean ends =
          i == sorted.size() || !sorted.get(i).getOptions().equals(sorted.get(first).getOptions());
      if (ends) {
        List<String> ranges =
            sorted.subList(first, i).stream()
                .map(range -> range(range.getStart(), range.getEnd() - 1, MAX_NUMBER))
                .toList();
        List<GrpcurlOption> own = options.of(sorted.get(first).getOptions(), List.of());
        line("extensions " + String.join(", ", ranges) + GrpcurlOptions.bracketed(own, line) + ";");
        first = i;
      }
    }
  }

  private static String range(int first, int last, int max) {
    return first == last
        ? Integer.toString(first)
        : first + " to " + (last == max ? "max" : Integer.toString(last));
  }

  private void reserved(List<String> parts) {
    if (!parts.isEmpty()) {
      line("reserved " + String.join(", ", parts) + ";");
    }
  }

  private void reservedNames(FileDescriptor file, List<String> names) {
    boolean quoted = !file.toProto().getSyntax().equals("editions");
    reserved(names.stream().sorted().map(name -> quoted ? Literals.quoted(name) : name).toList());
  }

  private void enumeration(EnumDescriptor type) {
    EnumDescriptorProto proto = type.toProto();
    comment(type);
    block(
        "enum " + type.getName(),
        () -> {
          statements(options.of(proto.getOptions(), List.of()));
          type.getValues().stream().sorted(valueOrder(type)).forEach(this::enumValue);
          reserved(
              proto.getReservedRangeList().stream()
                  .sorted(Comparator.comparingInt(EnumDescriptorProto.EnumReservedRange::getStart))
                  .map(range -> range(range.getStart(), range.getEnd(), Integer.MAX_VALUE))
                  .toList());
          reservedNames(type.getFile(), proto.getReservedNameList());
        });
  }

  /** By number and name; the first value of an open enum must be 0. */
  private static Comparator<EnumValueDescriptor> valueOrder(EnumDescriptor type) {
    Comparator<EnumValueDescriptor> order =
        Comparator.comparingInt(EnumValueDescriptor::getNumber)
            .thenComparing(EnumValueDescriptor::getName);
    return type.isClosed()
        ? order
        : Comparator.comparing((EnumValueDescriptor value) -> value.getNumber() != 0)
            .thenComparing(order);
  }

  private void enumValue(EnumValueDescriptor value) {
    comment(value);
    line(
        value.getName()
            + " = "
            + value.getNumber()
            + GrpcurlOptions.bracketed(options.of(value.toProto().getOptions(), List.of()), line)
            + ";");
  }
}
