package dev.grpcos.gateway.telemetry.otlp;

import dev.grpcos.gateway.telemetry.TracedCall;
import dev.grpcos.gateway.telemetry.UpstreamCall;
import io.grpc.Status;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import java.util.EnumSet;
import java.util.Set;

/**
 * The spans of calls, with the attributes of OpenTelemetry's conventions and some of the gateway's
 * own.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/semconv/rpc/grpc/">Semantic conventions for
 *     gRPC</a>
 */
final class RpcSpans {
  /** The status codes that are errors of a server; other codes may be errors of its callers. */
  static final Set<Status.Code> SERVER_ERRORS =
      EnumSet.of(
          Status.Code.UNKNOWN,
          Status.Code.DEADLINE_EXCEEDED,
          Status.Code.UNIMPLEMENTED,
          Status.Code.INTERNAL,
          Status.Code.UNAVAILABLE,
          Status.Code.DATA_LOSS);

  /** The status codes that are errors for a client. */
  static final Set<Status.Code> CLIENT_ERRORS = EnumSet.complementOf(EnumSet.of(Status.Code.OK));

  private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("rpc.system.name");
  private static final AttributeKey<String> METHOD = AttributeKey.stringKey("rpc.method");
  private static final AttributeKey<String> STATUS =
      AttributeKey.stringKey("rpc.response.status_code");
  private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");
  private static final AttributeKey<String> HOST = AttributeKey.stringKey("server.address");
  private static final AttributeKey<Long> PORT = AttributeKey.longKey("server.port");
  private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("grpcos.route");
  private static final AttributeKey<String> SOCKET = AttributeKey.stringKey("grpcos.socket");
  private static final AttributeKey<Long> USER = AttributeKey.longKey("grpcos.uid");

  private RpcSpans() {}

  /** Returns the span of a call to the gateway. */
  static SpanBuilder server(Tracer tracer, TracedCall call) {
    return builder(tracer, SpanKind.SERVER, call.method(), call.route())
        .setAttribute(SOCKET, call.socket())
        .setAttribute(USER, Integer.toUnsignedLong(call.uid()));
  }

  /** Returns the span of a call of the gateway to an upstream. */
  static SpanBuilder client(Tracer tracer, UpstreamCall call) {
    SpanBuilder span =
        builder(tracer, SpanKind.CLIENT, call.method(), call.route())
            .setAttribute(HOST, call.host());
    return call.port() == 0 ? span : span.setAttribute(PORT, (long) call.port());
  }

  private static SpanBuilder builder(Tracer tracer, SpanKind kind, String method, String route) {
    boolean known = method.indexOf('/') >= 0;
    return tracer
        .spanBuilder(known ? method : "grpc")
        .setSpanKind(kind)
        .setAttribute(SYSTEM, "grpc")
        .setAttribute(METHOD, known ? method : "_OTHER")
        .setAttribute(ROUTE, route);
  }

  /**
   * Ends a span.
   *
   * @param errors the status codes that are errors
   */
  static void end(Span span, Status.Code code, Set<Status.Code> errors) {
    span.setAttribute(STATUS, code.name());
    if (errors.contains(code)) {
      span.setAttribute(ERROR, code.name());
      span.setStatus(StatusCode.ERROR);
    }
    span.end();
  }
}
