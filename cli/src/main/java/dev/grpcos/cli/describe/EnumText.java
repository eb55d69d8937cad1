package dev.grpcos.cli.describe;

import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto.EnumReservedRange;
import com.google.protobuf.DescriptorProtos.SymbolVisibility;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import dev.grpcos.cli.describe.OptionReader.Options;
import dev.grpcos.cli.describe.Page.Part;
import java.util.ArrayList;
import java.util.List;

/** Writes enums and their values. */
final class EnumText {
  private final Page page;

  EnumText(Page page) {
    this.page = page;
  }

  void write(EnumDescriptor type) {
    EnumDescriptorProto proto = type.toProto();
    SourcePath path = SourcePath.of(type);
    Options options = page.options(proto.getOptions());
    List<Part> parts = new ArrayList<>();
    for (EnumValueDescriptor value : type.getValues()) {
      parts.add(
          new Part(
              page.location(value),
              page.comments(SourcePath.of(value)).precede(),
              () -> write(value)));
    }
    Reserved.add(
        parts,
        page,
        path.child(EnumDescriptorProto.RESERVED_RANGE_FIELD_NUMBER),
        proto.getReservedRangeList().stream().map(EnumText::range).toList());
    Reserved.add(
        parts,
        page,
        path.child(EnumDescriptorProto.RESERVED_NAME_FIELD_NUMBER),
        Reserved.names(type.getFile(), proto.getReservedNameList()));
    page.out.block(
        page.comments(path).withRemarks(options.remarks()),
        visibility(proto.getVisibility()) + "enum " + type.getName(),
        () -> {
          page.optionStatements(
              options, path.child(EnumDescriptorProto.OPTIONS_FIELD_NUMBER), true);
          page.parts(parts);
        });
  }

  void write(EnumValueDescriptor value) {
    Options options = page.options(value.toProto().getOptions());
    page.out.statement(
        page.comments(SourcePath.of(value)).withRemarks(options.remarks()),
        Page.bracketed(value.getName() + " = " + value.getNumber(), options.known()));
  }

  /** Returns the visibility keyword of edition 2024 for a message or enum. */
  static String visibility(SymbolVisibility visibility) {
    return switch (visibility) {
      case VISIBILITY_LOCAL -> "local ";
      case VISIBILITY_EXPORT -> "export ";
      case VISIBILITY_UNSET -> "";
    };
  }

  /** Returns the text of an enum's range, whose end is inclusive. */
  private static String range(EnumReservedRange range) {
    return Reserved.range(range.getStart(), range.getEnd(), Integer.MAX_VALUE);
  }
}
