package dev.grpcos.gateway.upstream;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import dev.grpcos.gateway.forward.Failure;
import dev.grpcos.gateway.schema.SchemaException;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/**
 * One reflection stream, from the list of services to the last import.
 *
 * <p>Used by the call's executor alone, which must not be an event loop: files are parsed on it.
 * Responses are taken one by one.
 */
final class ReflectionFetch extends ClientCall.Listener<ServerReflectionResponse> {
  /** How many requests may wait for their responses. */
  private static final int WINDOW = 64;

  private final ClientCall<ServerReflectionRequest, ServerReflectionResponse> call;
  private final Predicate<String> wanted;
  private final CompletableFuture<UpstreamSchema> result = new CompletableFuture<>();
  private final Set<String> services = new TreeSet<>();
  private final SchemaFiles files = new SchemaFiles();
  private final Queue<ServerReflectionRequest> queue = new ArrayDeque<>();
  private final Set<String> askedFor = new HashSet<>();
  private int outstanding;
  private boolean answered;

  /**
   * A stream that is not begun.
   *
   * @param wanted whether a service of this full name is to be fetched
   */
  ReflectionFetch(
      ClientCall<ServerReflectionRequest, ServerReflectionResponse> call,
      Predicate<String> wanted) {
    this.call = call;
    this.wanted = wanted;
  }

  CompletableFuture<UpstreamSchema> start(Metadata headers) {
    queue.add(ServerReflectionRequest.newBuilder().setListServices("").build());
    call.start(this, headers);
    send();
    return result;
  }

  /** Whether the upstream answered anything, so that it does speak this version. */
  boolean answered() {
    return answered;
  }

  @Override
  public void onMessage(ServerReflectionResponse response) {
    answered = true;
    outstanding--;
    try {
      switch (response.getMessageResponseCase()) {
        case LIST_SERVICES_RESPONSE -> {
          for (ServiceResponse service : response.getListServicesResponse().getServiceList()) {
            addService(service.getName());
          }
        }
        case FILE_DESCRIPTOR_RESPONSE -> {
          for (ByteString file :
              response.getFileDescriptorResponse().getFileDescriptorProtoList()) {
            addImports(files.add(file));
          }
        }
        default -> {
          // What it can't describe can still be called.
          if (services.isEmpty()) {
            throw new SchemaException(
                "it does not list its services: " + response.getErrorResponse().getErrorMessage());
          }
        }
      }
      send();
    } catch (SchemaException e) {
      result.completeExceptionally(e);
      call.cancel(e.getMessage(), null);
    }
  }

  private void addService(String name) throws SchemaException {
    if (!wanted.test(name) || !services.add(name)) {
      return;
    }
    if (services.size() > SchemaFiles.MOST_SERVICES) {
      throw new SchemaException(
          "it has more than %,d services".formatted(SchemaFiles.MOST_SERVICES));
    }
    queue.add(ServerReflectionRequest.newBuilder().setFileContainingSymbol(name).build());
  }

  private void addImports(FileDescriptorProto file) {
    for (String name : file.getDependencyList()) {
      if (!files.has(name) && askedFor.add(name)) {
        queue.add(ServerReflectionRequest.newBuilder().setFileByFilename(name).build());
      }
    }
  }

  private void send() {
    while (outstanding < WINDOW && !queue.isEmpty()) {
      ServerReflectionRequest request = queue.remove();
      if (request.hasFileByFilename() && files.has(request.getFileByFilename())) {
        continue;
      }
      outstanding++;
      call.sendMessage(request);
      call.request(1);
    }
    if (outstanding == 0) {
      call.halfClose();
      result.complete(UpstreamSchema.of(services, files.all()));
    }
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    result.completeExceptionally(
        new SchemaException(
            status.isOk()
                ? "it ended the stream before it had answered"
                : status.getCode() + ": " + Failure.reason(status),
            status.asException()));
  }
}
