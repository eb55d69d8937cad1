package dev.grpcos.cli.describe;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import java.util.Collection;
import java.util.List;

/**
 * Renders descriptors in proto syntax, with comments if their file has source info.
 *
 * <p>A whole file is complete: protoc compiles it to the same descriptors. A smaller unit is the
 * declaration alone, after a comment that names it and its file. Types have their full names with a
 * leading dot. Options that no available file declares cannot be written; a comment {@code left
 * out: …} names each.
 */
public final class ProtoText {
  private ProtoText() {}

  /** Returns the declaration in proto syntax, with a line feed at its end. */
  public static String render(GenericDescriptor descriptor) {
    return render(descriptor, List.of());
  }

  /**
   * Returns the declaration in proto syntax, with a line feed at its end.
   *
   * @param optionImports further files to search for custom options, because the linked
   *     dependencies of a file do not include its {@code import option} files
   */
  public static String render(
      GenericDescriptor descriptor, Collection<FileDescriptor> optionImports) {
    boolean wholeFile = descriptor instanceof FileDescriptor;
    Page page = new Page(descriptor.getFile(), optionImports, wholeFile);
    if (!wholeFile) {
      page.out.comment(
          List.of(" " + descriptor.getFullName() + " (" + descriptor.getFile().getName() + ")"));
      if (page.comments(SourcePath.of(descriptor)).precede()) {
        page.out.blankLine();
      }
    }
    write(descriptor, page);
    return page.out.toString();
  }

  private static void write(GenericDescriptor descriptor, Page page) {
    EnumText enums = new EnumText(page);
    MessageText messages = new MessageText(page, enums);
    ServiceText services = new ServiceText(page);
    if (descriptor instanceof FileDescriptor file) {
      new FileText(page, enums, messages, services).write(file);
    } else if (descriptor instanceof ServiceDescriptor service) {
      services.write(service);
    } else if (descriptor instanceof MethodDescriptor method) {
      services.write(method);
    } else if (descriptor instanceof Descriptor message) {
      messages.write(message);
    } else if (descriptor instanceof FieldDescriptor field && field.isExtension()) {
      messages.writeExtend(List.of(field));
    } else if (descriptor instanceof FieldDescriptor field) {
      messages.write(field);
    } else if (descriptor instanceof OneofDescriptor oneof) {
      messages.write(oneof);
    } else if (descriptor instanceof EnumDescriptor type) {
      enums.write(type);
    } else if (descriptor instanceof EnumValueDescriptor value) {
      enums.write(value);
    } else {
      throw new IllegalArgumentException("no declaration: " + descriptor.getClass());
    }
  }
}
