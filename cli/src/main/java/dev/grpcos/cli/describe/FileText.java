package dev.grpcos.cli.describe;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.FileDescriptor;
import dev.grpcos.cli.describe.OptionReader.Options;
import dev.grpcos.cli.describe.Page.Part;
import java.util.ArrayList;
import java.util.List;

/** Writes a whole file, from its syntax to its last declaration. */
final class FileText {
  private final Page page;
  private final EnumText enums;
  private final MessageText messages;
  private final ServiceText services;

  FileText(Page page, EnumText enums, MessageText messages, ServiceText services) {
    this.page = page;
    this.enums = enums;
    this.messages = messages;
    this.services = services;
  }

  void write(FileDescriptor file) {
    FileDescriptorProto proto = file.toProto();
    writeSyntax(proto);
    if (proto.hasPackage()) {
      page.out.blankLine();
      statement(
          "package " + proto.getPackage(),
          SourcePath.FILE.child(FileDescriptorProto.PACKAGE_FIELD_NUMBER));
    }
    page.out.blankLine();
    writeImports(proto);
    page.out.blankLine();
    Options options = page.options(proto.getOptions());
    page.out.comment(options.remarks().stream().map(remark -> " " + remark).toList());
    page.optionStatements(
        options, SourcePath.FILE.child(FileDescriptorProto.OPTIONS_FIELD_NUMBER), false);
    page.out.blankLine();
    page.parts(parts(file));
  }

  private void writeSyntax(FileDescriptorProto proto) {
    if (proto.getSyntax().equals("editions")) {
      statement(
          "edition = \"" + edition(proto) + "\"",
          SourcePath.FILE.child(FileDescriptorProto.EDITION_FIELD_NUMBER));
    } else {
      statement(
          "syntax = \"" + (proto.getSyntax().isEmpty() ? "proto2" : proto.getSyntax()) + "\"",
          SourcePath.FILE.child(FileDescriptorProto.SYNTAX_FIELD_NUMBER));
    }
  }

  /** Returns the edition as in source, such as {@code 2023}. */
  static String edition(FileDescriptorProto proto) {
    return proto.getEdition().name().substring("EDITION_".length());
  }

  private void writeImports(FileDescriptorProto proto) {
    SourcePath path = SourcePath.FILE.child(FileDescriptorProto.DEPENDENCY_FIELD_NUMBER);
    for (int i = 0; i < proto.getDependencyCount(); i++) {
      String kind =
          proto.getPublicDependencyList().contains(i)
              ? "public "
              : proto.getWeakDependencyList().contains(i) ? "weak " : "";
      statement("import " + kind + Literals.quoted(proto.getDependency(i)), path.child(i));
    }
    path = SourcePath.FILE.child(FileDescriptorProto.OPTION_DEPENDENCY_FIELD_NUMBER);
    for (int i = 0; i < proto.getOptionDependencyCount(); i++) {
      statement("import option " + Literals.quoted(proto.getOptionDependency(i)), path.child(i));
    }
  }

  private List<Part> parts(FileDescriptor file) {
    List<Part> parts = new ArrayList<>();
    file.getServices()
        .forEach(
            service ->
                parts.add(new Part(page.location(service), true, () -> services.write(service))));
    parts.addAll(
        messages.parts(
            DeclarationOrder.of(List.of(), file.getExtensions(), file.getMessageTypes())));
    file.getEnumTypes()
        .forEach(type -> parts.add(new Part(page.location(type), true, () -> enums.write(type))));
    return parts;
  }

  private void statement(String text, SourcePath path) {
    page.out.statement(page.comments(path), text + ";");
  }
}
