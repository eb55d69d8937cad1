package dev.grpcos.cli.describe;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.DescriptorProto.ExtensionRange;
import com.google.protobuf.DescriptorProtos.DescriptorProto.ReservedRange;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.OneofDescriptorProto;
import com.google.protobuf.DescriptorProtos.SourceCodeInfo.Location;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import dev.grpcos.cli.describe.OptionReader.OptionValue;
import dev.grpcos.cli.describe.OptionReader.Options;
import dev.grpcos.cli.describe.Page.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Writes messages and their fields, oneofs, extensions and ranges. */
final class MessageText {
  /** The largest field number. */
  private static final int MAX_NUMBER = (1 << 29) - 1;

  private final Page page;
  private final EnumText enums;

  MessageText(Page page, EnumText enums) {
    this.page = page;
    this.enums = enums;
  }

  void write(Descriptor message) {
    SourcePath path = SourcePath.of(message);
    Options options = page.options(message.toProto().getOptions());
    page.out.block(
        page.comments(path).withRemarks(options.remarks()),
        EnumText.visibility(message.toProto().getVisibility()) + "message " + message.getName(),
        () -> body(message, options));
  }

  void write(FieldDescriptor field) {
    Options options = page.options(field.toProto().getOptions());
    Comments comments = page.comments(SourcePath.of(field)).withRemarks(options.remarks());
    List<OptionValue> all = new ArrayList<>(FieldSyntax.builtInOptions(field));
    all.addAll(options.known());
    Descriptor group = FieldSyntax.group(field);
    if (group == null) {
      page.out.statement(comments, Page.bracketed(FieldSyntax.head(field), all));
    } else {
      Options groupOptions = page.options(group.toProto().getOptions());
      page.out.block(
          comments.withRemarks(groupOptions.remarks()),
          Page.inline(FieldSyntax.head(field), all),
          () -> body(group, groupOptions));
    }
  }

  void write(OneofDescriptor oneof) {
    SourcePath path = SourcePath.of(oneof);
    Options options = page.options(oneof.toProto().getOptions());
    page.out.block(
        page.comments(path).withRemarks(options.remarks()),
        "oneof " + oneof.getName(),
        () -> {
          page.optionStatements(
              options, path.child(OneofDescriptorProto.OPTIONS_FIELD_NUMBER), true);
          page.parts(oneof.getFields().stream().map(this::part).toList());
        });
  }

  /** Writes extensions of one message in one {@code extend} statement. */
  void writeExtend(List<FieldDescriptor> extensions) {
    page.out.block(
        page.comments(extendStatement(extensions.get(0))),
        "extend ." + extensions.get(0).getContainingType().getFullName(),
        () -> page.parts(extensions.stream().map(this::part).toList()));
  }

  /** Returns the messages, fields, oneofs and extensions of a scope as parts of its body. */
  List<Part> parts(List<GenericDescriptor> declarations) {
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i < declarations.size(); i++) {
      if (declarations.get(i) instanceof FieldDescriptor first && first.isExtension()) {
        List<FieldDescriptor> extensions = new ArrayList<>(List.of(first));
        while (i + 1 < declarations.size()
            && declarations.get(i + 1) instanceof FieldDescriptor next
            && next.isExtension()
            && next.getContainingType() == first.getContainingType()
            && Objects.equals(extendStatement(next), extendStatement(first))) {
          extensions.add(next);
          i++;
        }
        parts.add(new Part(page.location(first), true, () -> writeExtend(extensions)));
      } else {
        parts.add(part(declarations.get(i)));
      }
    }
    return parts;
  }

  private Part part(GenericDescriptor descriptor) {
    Location location = page.location(descriptor);
    if (descriptor instanceof Descriptor message) {
      return new Part(location, true, () -> write(message));
    } else if (descriptor instanceof OneofDescriptor oneof) {
      return new Part(location, true, () -> write(oneof));
    }
    FieldDescriptor field = (FieldDescriptor) descriptor;
    boolean setOff =
        page.comments(SourcePath.of(field)).precede() || FieldSyntax.group(field) != null;
    return new Part(location, setOff, () -> write(field));
  }

  private @Nullable Location extendStatement(FieldDescriptor extension) {
    Descriptor scope = extension.getExtensionScope();
    SourcePath statements =
        scope == null
            ? SourcePath.FILE.child(FileDescriptorProto.EXTENSION_FIELD_NUMBER)
            : SourcePath.of(scope).child(DescriptorProto.EXTENSION_FIELD_NUMBER);
    return page.statement(statements, SourcePath.of(extension));
  }

  private void body(Descriptor message, Options options) {
    DescriptorProto proto = message.toProto();
    SourcePath path = SourcePath.of(message);
    List<Part> parts = new ArrayList<>();
    Reserved.add(
        parts,
        page,
        path.child(DescriptorProto.RESERVED_RANGE_FIELD_NUMBER),
        proto.getReservedRangeList().stream().map(MessageText::range).toList());
    Reserved.add(
        parts,
        page,
        path.child(DescriptorProto.RESERVED_NAME_FIELD_NUMBER),
        Reserved.names(message.getFile(), proto.getReservedNameList()));
    addExtensionRanges(message, path, parts);
    parts.addAll(
        parts(
            DeclarationOrder.of(
                message.getFields(), message.getExtensions(), message.getNestedTypes())));
    message
        .getEnumTypes()
        .forEach(type -> parts.add(new Part(page.location(type), true, () -> enums.write(type))));
    page.optionStatements(
        options, path.child(DescriptorProto.OPTIONS_FIELD_NUMBER), !parts.isEmpty());
    page.parts(parts);
  }

  /** Adds one statement for each range, so that each can have options. */
  private void addExtensionRanges(Descriptor message, SourcePath path, List<Part> parts) {
    SourcePath statements = path.child(DescriptorProto.EXTENSION_RANGE_FIELD_NUMBER);
    Location before = null;
    for (int i = 0; i < message.toProto().getExtensionRangeCount(); i++) {
      ExtensionRange range = message.toProto().getExtensionRange(i);
      Location statement = page.statement(statements, statements.child(i));
      Options options = page.options(range.getOptions());
      Comments comments =
          (Objects.equals(statement, before) ? Comments.NONE : page.comments(statement))
              .withRemarks(options.remarks());
      String head =
          "extensions " + Reserved.range(range.getStart(), range.getEnd() - 1, MAX_NUMBER);
      parts.add(
          new Part(
              statement,
              comments.precede(),
              () -> page.out.statement(comments, Page.bracketed(head, options.known()))));
      before = statement;
    }
  }

  /** Returns the text of a message's range, whose end is exclusive. */
  private static String range(ReservedRange range) {
    return Reserved.range(range.getStart(), range.getEnd() - 1, MAX_NUMBER);
  }
}
