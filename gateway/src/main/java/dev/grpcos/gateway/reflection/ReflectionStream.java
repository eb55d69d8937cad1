package dev.grpcos.gateway.reflection;

import io.grpc.Status;
import io.grpc.reflection.v1.ErrorResponse;
import io.grpc.reflection.v1.ExtensionNumberResponse;
import io.grpc.reflection.v1.FileDescriptorResponse;
import io.grpc.reflection.v1.ListServiceResponse;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Answers the requests of one reflection stream, and remembers the imports that it has sent.
 *
 * <p>A requested file is always sent. An import is sent once for each stream, because clients keep
 * it. A symbol that is not found results in an error response, and the stream continues. Not
 * thread-safe.
 */
final class ReflectionStream {
  private final ShownDescriptors source;
  private final Set<ReflectedFile> sent = new HashSet<>();

  ReflectionStream(ShownDescriptors source) {
    this.source = source;
  }

  /** Prepares the answer to the next request, and continues. */
  void prepare(Runnable then) {
    source.prepare(then);
  }

  /** Answers a request for which it is prepared. */
  ServerReflectionResponse answer(ServerReflectionRequest request) {
    DescriptorUnion union = source.get();
    ServerReflectionResponse.Builder response =
        ServerReflectionResponse.newBuilder()
            .setValidHost(request.getHost())
            .setOriginalRequest(request);
    switch (request.getMessageRequestCase()) {
      case LIST_SERVICES -> response.setListServicesResponse(services(union));
      case FILE_BY_FILENAME ->
          files(
              response,
              union.file(request.getFileByFilename()),
              "no file " + request.getFileByFilename());
      case FILE_CONTAINING_SYMBOL ->
          files(
              response,
              union.declaring(request.getFileContainingSymbol()),
              "no symbol " + request.getFileContainingSymbol());
      case FILE_CONTAINING_EXTENSION -> {
        String type = request.getFileContainingExtension().getContainingType();
        int number = request.getFileContainingExtension().getExtensionNumber();
        files(response, union.extension(type, number), "no extension " + number + " of " + type);
      }
      case ALL_EXTENSION_NUMBERS_OF_TYPE ->
          extensionNumbers(response, union, request.getAllExtensionNumbersOfType());
      case MESSAGEREQUEST_NOT_SET ->
          error(response, Status.Code.INVALID_ARGUMENT, "the request is empty");
    }
    return response.build();
  }

  private static ListServiceResponse services(DescriptorUnion union) {
    ListServiceResponse.Builder list = ListServiceResponse.newBuilder();
    for (String name : union.services()) {
      list.addService(ServiceResponse.newBuilder().setName(name));
    }
    return list.build();
  }

  private void files(
      ServerReflectionResponse.Builder response,
      DescriptorUnion.@Nullable Found found,
      String otherwise) {
    if (found == null) {
      error(response, Status.Code.NOT_FOUND, otherwise);
      return;
    }
    FileDescriptorResponse.Builder files = FileDescriptorResponse.newBuilder();
    for (ReflectedFile file : found.index().withImports(found.file())) {
      if (sent.add(file) || file.equals(found.file())) {
        files.addFileDescriptorProto(file.bytes());
      }
    }
    response.setFileDescriptorResponse(files);
  }

  private static void extensionNumbers(
      ServerReflectionResponse.Builder response, DescriptorUnion union, String type) {
    Set<Integer> numbers = union.extensionNumbers(type);
    if (numbers == null) {
      error(response, Status.Code.NOT_FOUND, "no message " + type);
      return;
    }
    response.setAllExtensionNumbersResponse(
        ExtensionNumberResponse.newBuilder().setBaseTypeName(type).addAllExtensionNumber(numbers));
  }

  private static void error(
      ServerReflectionResponse.Builder response, Status.Code code, String message) {
    response.setErrorResponse(
        ErrorResponse.newBuilder().setErrorCode(code.value()).setErrorMessage(message));
  }
}
