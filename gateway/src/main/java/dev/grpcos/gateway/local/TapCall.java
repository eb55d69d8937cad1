package dev.grpcos.gateway.local;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import dev.grpcos.gateway.tap.TapSink;
import dev.grpcos.gateway.tap.Taps;
import dev.grpcos.proto.admin.v1.TapRequest;
import dev.grpcos.proto.admin.v1.TapResponse;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** One call of {@code Admin.Tap}. The thread of the taps sends all its responses. */
final class TapCall implements TapSink {
  private static final String PATTERN = "[A-Za-z_*][A-Za-z0-9_.*]*(/[A-Za-z0-9_*]*)?";

  private final ServerCallStreamObserver<TapResponse> responses;

  private TapCall(ServerCallStreamObserver<TapResponse> responses) {
    this.responses = responses;
  }

  /** Starts the call, or ends it with the problem of the request. */
  static void start(
      GatewayStatus gateway, TapRequest request, ServerCallStreamObserver<TapResponse> responses) {
    try {
      check(request, gateway);
      Taps.Handle tap =
          gateway
              .taps()
              .open(
                  request.getMethodsList(),
                  Set.copyOf(request.getUidsList()),
                  Set.copyOf(request.getSocketsList()),
                  Set.copyOf(request.getUpstreamsList()),
                  request.getMessageBytes(),
                  new TapCall(responses));
      responses.setOnCancelHandler(tap::abandon);
    } catch (StatusException e) {
      responses.onError(e);
    }
  }

  private static void check(TapRequest request, GatewayStatus gateway) throws StatusException {
    for (String pattern : request.getMethodsList()) {
      if (!pattern.matches(PATTERN)) {
        throw invalid(
            "pattern '%s' matches no method; give package.Service/Method, package.Service, or a"
                + " pattern with *",
            pattern);
      }
    }
    if (request.getMessageBytes() < 0 || request.getMessageBytes() > Taps.MOST_MESSAGE) {
      throw invalid(
          "message_bytes is %d; give at most %d", request.getMessageBytes(), Taps.MOST_MESSAGE);
    }
    Set<String> paths = new LinkedHashSet<>();
    List<String> names = new ArrayList<>();
    paths.add(gateway.socket().toString());
    names.add(String.valueOf(gateway.socket().getFileName()));
    gateway
        .sockets()
        .forEach(
            each -> {
              paths.add(each.path().toString());
              names.add(each.name());
            });
    HttpStatus http = gateway.http();
    if (http != null) {
      paths.add(http.caller().socket().name());
    }
    for (String socket : request.getSocketsList()) {
      if (!paths.contains(socket) && !names.contains(socket)) {
        throw invalid("the gateway has no socket %s; give one of %s", socket, paths);
      }
    }
    List<String> upstreams = gateway.upstreams().stream().map(each -> each.name()).toList();
    for (String upstream : request.getUpstreamsList()) {
      if (!upstreams.contains(upstream)) {
        throw invalid("the gateway has no upstream %s; give one of %s", upstream, upstreams);
      }
    }
  }

  @FormatMethod
  private static StatusException invalid(@FormatString String text, Object... arguments) {
    return Status.INVALID_ARGUMENT.withDescription(String.format(text, arguments)).asException();
  }

  @Override
  public boolean isReady() {
    return responses.isReady();
  }

  @Override
  public void send(TapResponse response) {
    responses.onNext(response);
  }

  @Override
  public void end(Status status) {
    if (status.isOk()) {
      responses.onCompleted();
    } else {
      responses.onError(status.asRuntimeException());
    }
  }
}
