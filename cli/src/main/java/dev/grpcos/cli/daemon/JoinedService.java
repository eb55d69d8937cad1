package dev.grpcos.cli.daemon;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Duration;
import dev.grpcos.cli.failure.CallFailedException;
import dev.grpcos.cli.invocation.Signals;
import dev.grpcos.gateway.config.MethodConfig;
import dev.grpcos.gateway.config.ServiceConfig;
import dev.grpcos.gateway.exec.ServedService;
import dev.grpcos.gateway.schema.CompiledSources;
import dev.grpcos.gateway.schema.SchemaConfig;
import dev.grpcos.gateway.schema.SchemaException;
import dev.grpcos.gateway.schema.SchemaLoader;
import dev.grpcos.proto.admin.v1.AdminGrpc;
import dev.grpcos.proto.admin.v1.ServeRequest;
import dev.grpcos.proto.admin.v1.ServeResponse;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A service that a running gateway serves as long as this process runs. The gateway detects the end
 * of the process, for any reason, by the end of the call.
 */
public final class JoinedService {
  private static final System.Logger LOG = System.getLogger("dev.grpcos.cli.serve");

  private final Channel gateway;
  private final Map<String, String> environment;
  private final OutputStream log;

  public JoinedService(Channel gateway, Map<String, String> environment, OutputStream log) {
    this.gateway = gateway;
    this.environment = environment;
    this.log = log;
  }

  /**
   * Lets the gateway serve the service until SIGTERM or SIGINT arrives and its calls have ended. A
   * second signal ends the process immediately.
   *
   * @throws SchemaException if the descriptors of the service are not available
   * @throws CallFailedException if the gateway refuses the service, or ends
   */
  public void run(ServiceConfig service, SchemaLoader schemas) throws SchemaException {
    SchemaConfig schema = service.schema();
    CompiledSources compiled = schemas.load(schema.protoset(), schema.proto());
    ServeRequest request = request(service, compiled.files());
    Logging.to(log);
    CompletableFuture<Void> end = new CompletableFuture<>();
    StreamObserver<ServeRequest> requests =
        AdminGrpc.newStub(gateway)
            .serve(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ServeResponse response) {
                    LOG.log(System.Logger.Level.INFO, "serving {0}", service.service());
                  }

                  @Override
                  public void onError(Throwable cause) {
                    end.completeExceptionally(cause);
                  }

                  @Override
                  public void onCompleted() {
                    end.complete(null);
                  }
                });
    requests.onNext(request);
    Signals.handleEnd(
        signal -> {
          LOG.log(System.Logger.Level.INFO, "SIG{0}: ending", signal);
          requests.onCompleted();
        });
    try {
      end.join();
    } catch (CompletionException e) {
      Status status = Status.fromThrowable(e);
      // The gateway knows only descriptors; the import folders are known here.
      String reason = String.valueOf(status.getDescription());
      boolean lacks = compiled.missing().stream().anyMatch(reason::contains);
      throw new CallFailedException(
          status,
          Status.trailersFromThrowable(e),
          AdminGrpc.getServeMethod().getFullMethodName(),
          lacks ? schema.proto().words().importRemedy() : "");
    }
  }

  private ServeRequest request(ServiceConfig service, List<FileDescriptorProto> files) {
    ServeRequest.Builder request =
        ServeRequest.newBuilder()
            .setService(service.service())
            .putAllEnvironment(ServedService.passedOn(environment));
    files.forEach(file -> request.addFiles(file.toByteString()));
    service.methods().forEach((name, method) -> request.putMethods(name, method(method)));
    MethodConfig others = service.others();
    if (others != null) {
      request.setOthers(method(others));
    }
    return request.build();
  }

  private static ServeRequest.Method method(MethodConfig config) {
    ServeRequest.Method.Builder method =
        ServeRequest.Method.newBuilder()
            .addAllCommand(config.exec().command())
            .setDirectory(config.directory().toString());
    java.time.Duration deadline = config.deadline();
    if (deadline != null) {
      method.setDeadline(
          Duration.newBuilder().setSeconds(deadline.toSeconds()).setNanos(deadline.toNanosPart()));
    }
    return method.build();
  }
}
