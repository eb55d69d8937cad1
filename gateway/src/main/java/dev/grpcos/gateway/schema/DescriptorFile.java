package dev.grpcos.gateway.schema;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import java.util.List;

/** A descriptor file whose top-level names are known before the file is parsed completely. */
public interface DescriptorFile {
  /** Returns the name by which other files import the file. */
  String name();

  /** Returns the full names of the services. */
  List<String> services();

  /**
   * Returns the full names of the top-level declarations. Every other name in the file begins with
   * one of them.
   */
  List<String> top();

  /**
   * Returns the complete file.
   *
   * @throws BrokenFileException if it is not valid
   */
  FileDescriptorProto proto();

  /** Returns a file that is already parsed. */
  static DescriptorFile of(FileDescriptorProto file) {
    String scope = Declarations.scope(file);
    return new ParsedFile(
        file.getName(),
        file.getServiceList().stream()
            .map(ServiceDescriptorProto::getName)
            .map(scope::concat)
            .toList(),
        Declarations.top(file),
        file);
  }

  /** A parsed file with its names. */
  record ParsedFile(String name, List<String> services, List<String> top, FileDescriptorProto proto)
      implements DescriptorFile {}
}
