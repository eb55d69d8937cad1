package dev.grpcos.gateway.http;

import dev.grpcos.gateway.config.Limits;
import dev.grpcos.gateway.json.Types;
import dev.grpcos.gateway.reflection.DescriptorIndex;
import dev.grpcos.gateway.reflection.ServedTypes;
import dev.grpcos.gateway.rest.RestBinding;
import dev.grpcos.gateway.rest.RestMatch;
import io.grpc.ClientCall;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.StatusException;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The exchanges of calls: their codecs, and the forms of their bodies. Confined to one connection.
 */
final class Exchanges {
  private static final String CONNECT_VERSION = "connect-protocol-version";

  private static final Types COMMON_TYPES = new ServedTypes(new DescriptorIndex(List.of()));

  private final HttpCaller caller;
  private final WorkThreads converters;
  private final EventLoop loop;
  private final Limits limits;

  Exchanges(HttpCaller caller, WorkThreads converters, EventLoop loop, Limits limits) {
    this.caller = caller;
    this.converters = converters;
    this.loop = loop;
    this.limits = limits;
  }

  /** Begins the response to a request that a binding of a method matches. */
  Exchange rest(CallRequest call, RestMatch match, QueryStringDecoder target)
      throws StatusException {
    KnownMethod method = call.method();
    if (method == null) {
      return absent(call);
    }
    RestBinding binding = match.binding();
    String type = ContentTypes.of(call.fields());
    if (binding.hasBody() && !ContentTypes.isJson(type)) {
      return unsupported(call, type, List.of(ContentTypes.JSON, ContentTypes.NDJSON));
    }
    ContentCodings codings = ContentCodings.unary(call.fields());
    MessageCodec codec = new RestCodec(method.served(), match, target.parameters());
    RequestBody body = binding.hasBody() ? plainBody(method, codings) : GivenBody.empty();
    return exchange(
        call, method.encoded(), codec, body, plainResponse(call, method, codec, codings));
  }

  /** Begins a call whose request is the body. */
  Exchange post(CallRequest call) throws StatusException {
    String version = call.fields().get(CONNECT_VERSION);
    if (version != null && !version.equals("1")) {
      throw Status.INVALID_ARGUMENT
          .withDescription("Connect-Protocol-Version %s is not supported; use 1".formatted(version))
          .asException();
    }
    String type = ContentTypes.of(call.fields());
    return switch (type) {
      case ContentTypes.JSON, ContentTypes.FORM, ContentTypes.NDJSON -> plain(call, version);
      case ContentTypes.PROTO -> proto(call);
      case ContentTypes.CONNECT_JSON, ContentTypes.CONNECT_PROTO ->
          envelopes(call, type.equals(ContentTypes.CONNECT_JSON));
      default ->
          unsupported(
              call,
              type,
              List.of(
                  ContentTypes.JSON,
                  ContentTypes.PROTO,
                  ContentTypes.CONNECT_JSON,
                  ContentTypes.CONNECT_PROTO,
                  ContentTypes.NDJSON));
    };
  }

  private Exchange plain(CallRequest call, @Nullable String version) throws StatusException {
    KnownMethod method = call.method();
    if (method == null) {
      return absent(call);
    }
    if (version != null && !method.served().isUnary()) {
      return unsupported(
          call, ContentTypes.JSON, List.of(ContentTypes.CONNECT_JSON, ContentTypes.CONNECT_PROTO));
    }
    ContentCodings codings = ContentCodings.unary(call.fields());
    RequestBody body = plainBody(method, codings);
    return exchange(
        call,
        method.encoded(),
        method.json(),
        body,
        plainResponse(call, method, method.json(), codings));
  }

  private RequestBody plainBody(KnownMethod method, ContentCodings codings) throws StatusException {
    if (!method.served().descriptor().isClientStreaming()) {
      return new WholeBody(codings.request(), limits.message());
    }
    if (codings.request()) {
      throw Status.UNIMPLEMENTED
          .withDescription("content encoding gzip is not supported for a stream of requests")
          .asException();
    }
    return new LineBody(limits.message());
  }

  private static ResponseBody plainResponse(
      CallRequest call, KnownMethod method, MessageCodec codec, ContentCodings codings) {
    Types types = method.served().types();
    if (method.served().descriptor().isServerStreaming()) {
      boolean events = ContentTypes.accepts(call.fields(), ContentTypes.EVENTS);
      return new LineResponse(call.reply(), events, types);
    }
    return new UnaryResponse(call.reply(), codec, codings.response(), types);
  }

  private Exchange proto(CallRequest call) throws StatusException {
    KnownMethod method = call.method();
    if (method != null && !method.served().isUnary()) {
      return unsupported(
          call, ContentTypes.PROTO, List.of(ContentTypes.CONNECT_JSON, ContentTypes.CONNECT_PROTO));
    }
    ContentCodings codings = ContentCodings.unary(call.fields());
    RequestBody body = new WholeBody(codings.request(), limits.message());
    if (method != null) {
      return exchange(
          call,
          method.encoded(),
          MessageCodec.PROTO,
          body,
          new UnaryResponse(
              call.reply(), MessageCodec.PROTO, codings.response(), method.served().types()));
    }
    return exchange(
        call,
        KnownMethod.encoded(call.name(), MethodType.UNKNOWN),
        MessageCodec.PROTO,
        body,
        new UndescribedResponse(
            new UnaryResponse(call.reply(), MessageCodec.PROTO, codings.response(), COMMON_TYPES),
            () -> replyAbsent(call)));
  }

  private Exchange envelopes(CallRequest call, boolean json) throws StatusException {
    KnownMethod method = call.method();
    if (method == null) {
      return absent(call);
    }
    if (method.served().isUnary()) {
      return unsupported(
          call,
          json ? ContentTypes.CONNECT_JSON : ContentTypes.CONNECT_PROTO,
          List.of(ContentTypes.JSON, ContentTypes.PROTO));
    }
    ContentCodings codings = ContentCodings.streaming(call.fields());
    MessageCodec codec = json ? method.json() : MessageCodec.PROTO;
    RequestBody body = new EnvelopeBody(codings.request(), limits.message());
    return exchange(
        call,
        method.encoded(),
        codec,
        method.served().descriptor().isClientStreaming()
            ? body
            : new SingleMessage(body, call.name(), limits.message()),
        new EnvelopeResponse(call.reply(), codec, codings.response(), method.served().types()));
  }

  /** Begins a call whose request is in the query. */
  Exchange get(CallRequest call, QueryStringDecoder target) throws StatusException {
    KnownMethod method = call.method();
    if (method == null || method.served().descriptor().isClientStreaming()) {
      return absent(call);
    }
    QueryMessage message = QueryMessage.of(target, limits.message());
    String accepted = call.fields().get(HttpHeaderNames.ACCEPT_ENCODING);
    boolean compresses =
        accepted == null
            ? message.received().compressed()
            : ContentCodings.of(null, accepted).response();
    ContentCodings codings = new ContentCodings(false, compresses);
    RequestBody body = new GivenBody(message.received());
    return switch (message.encoding()) {
      case "json" ->
          exchange(
              call,
              method.encoded(),
              method.json(),
              body,
              plainResponse(call, method, method.json(), codings));
      case "proto" -> {
        if (!method.served().isUnary()) {
          yield unsupported(call, "encoding=proto", List.of("encoding=json"));
        }
        yield exchange(
            call,
            method.encoded(),
            MessageCodec.PROTO,
            body,
            new UnaryResponse(
                call.reply(), MessageCodec.PROTO, compresses, method.served().types()));
      }
      default ->
          unsupported(
              call, "encoding=" + message.encoding(), List.of("encoding=json", "encoding=proto"));
    };
  }

  private Exchange exchange(
      CallRequest call,
      MethodDescriptor<byte[], byte[]> method,
      MessageCodec codec,
      RequestBody body,
      ResponseBody response) {
    return new CallExchange(
            started(method, call), call, codec, body, response, caller.accounts(), converters, loop)
        .begin();
  }

  private ClientCall<byte[], byte[]> started(
      MethodDescriptor<byte[], byte[]> method, CallRequest call) {
    ClientCall<byte[], byte[]> created = caller.channel().newCall(method, call.options());
    String timeout = call.fields().get(TimedCall.TIMEOUT);
    return timeout == null
        ? created
        : new TimedCall(created, Duration.ofMillis(Long.parseLong(timeout)));
  }

  /** Answers 404 for a method that has no descriptor. */
  Exchange absent(CallRequest call) {
    return answer(call, Status.Code.UNIMPLEMENTED, reply -> replyAbsent(call));
  }

  /** Sends 404 with suggestions, for which another thread may have to link files. */
  private void replyAbsent(CallRequest call) {
    HttpReply reply = call.reply();
    converters.run(
        () -> absence(call),
        loop,
        status -> {
          if (!reply.isDone()) {
            reply.error(HttpResponseStatus.NOT_FOUND, status);
          }
        },
        failure -> {
          if (!reply.isDone()) {
            reply.error(failure);
          }
        });
  }

  /**
   * Returns the status for a method that does not exist. A client of the Connect protocol expects
   * the code that it would derive from the HTTP status.
   */
  private Status absence(CallRequest call) {
    Status.Code code =
        call.fields().contains(CONNECT_VERSION) ? Status.Code.UNIMPLEMENTED : Status.Code.NOT_FOUND;
    RequestScope scope = call.scope();
    return code.toStatus().withDescription(scope.catalog().absence(call.name(), scope::mayCall));
  }

  /** Answers 415 with the content types that the method takes. */
  private Exchange unsupported(CallRequest call, String type, List<String> taken) {
    return answer(
        call,
        Status.Code.UNKNOWN,
        reply -> {
          HttpHeaders fields = new DefaultHttpHeaders();
          fields.set("accept-post", String.join(", ", taken));
          reply.error(
              HttpResponseStatus.UNSUPPORTED_MEDIA_TYPE,
              Status.UNKNOWN.withDescription(
                  "content type %s is not supported by %s; use one of %s"
                      .formatted(type, call.name(), String.join(", ", taken))),
              fields);
        });
  }

  /**
   * Sends the refusal to a caller that may not call the method. The request's body is not awaited,
   * and the refusal is the same for a method that does not exist.
   */
  Exchange refuse(CallRequest call) {
    return answer(
        call,
        Status.Code.UNAVAILABLE,
        reply ->
            reply.error(
                HttpResponseStatus.SERVICE_UNAVAILABLE,
                Status.UNAVAILABLE.withDescription("the policy has just changed; try again")));
  }

  /**
   * Sends an answer to a caller with rights, and the refusal to another.
   *
   * @param code the status of the call in the audit log and the metrics
   */
  Exchange answer(CallRequest call, Status.Code code, Consumer<HttpReply> answer) {
    return new Admission(code, call.reply(), answer).begin(caller, call);
  }
}
