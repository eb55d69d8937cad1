package dev.grpcos.gateway.http;

import com.google.protobuf.DescriptorProtos.MethodOptions.IdempotencyLevel;
import dev.grpcos.gateway.call.MethodName;
import dev.grpcos.gateway.config.Limits;
import dev.grpcos.gateway.json.Types;
import dev.grpcos.gateway.reflection.DescriptorIndex;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.StatusException;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Decides how a request is answered. Confined to one connection. */
final class RequestRouter {
  private static final String CONNECT_VERSION = "connect-protocol-version";
  private static final String CONNECT_TIMEOUT = "connect-timeout-ms";

  private static final Types COMMON_TYPES = new ServedTypes(new DescriptorIndex(List.of()));

  private final HttpCaller caller;
  private final MethodCatalog catalog;
  private final EventLoop loop;
  private final Limits limits;
  private @Nullable KnownMethod last;

  RequestRouter(HttpCaller caller, MethodCatalog catalog, EventLoop loop, Limits limits) {
    this.caller = caller;
    this.catalog = catalog;
    this.loop = loop;
    this.limits = limits;
  }

  /**
   * Begins the response to a request.
   *
   * @param pauseReading pauses or continues the reading of the request's body
   * @return the exchange, or null if the response is complete
   */
  @Nullable Exchange begin(HttpRequest request, HttpReply reply, Consumer<Boolean> pauseReading) {
    QueryStringDecoder target = new QueryStringDecoder(originForm(request.uri()));
    String path = target.rawPath();
    if (path.equals("/") || path.equals("/healthz")) {
      if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
        notAllowed(reply, "GET, HEAD", path + " is for GET");
        return null;
      }
      return path.equals("/")
          ? ServicesPage.send(caller, catalog, reply)
          : new HealthExchange(reply).begin(caller.channel(), target, loop);
    }
    String name = path.startsWith("/") ? path.substring(1) : "";
    if (!MethodName.isValid(name)) {
      reply.error(
          HttpResponseStatus.NOT_FOUND,
          Status.NOT_FOUND.withDescription(
              "no resource %s; call a method as /package.Service/Method, or list them with GET /"
                  .formatted(MethodName.printable(path))));
      return null;
    }
    try {
      Metadata headers = HttpMetadata.of(request.headers());
      CallOptions options = options(request.headers());
      KnownMethod method = method(name);
      Call call = new Call(name, method, headers, options, request.headers(), reply, pauseReading);
      if (request.method().equals(HttpMethod.POST)) {
        return post(call);
      }
      if (request.method().equals(HttpMethod.GET) && method != null && isSafe(method)) {
        return get(call, target);
      }
      if (method == null) {
        return absent(call);
      }
      String allowed = isSafe(method) ? "GET, POST" : "POST";
      return admission(
          call,
          admitted ->
              notAllowed(
                  admitted,
                  allowed,
                  "%s is for %s; %s was sent".formatted(name, allowed, request.method())));
    } catch (StatusException e) {
      reply.error(ErrorCode.httpStatus(e.getStatus().getCode()), e.getStatus());
      return null;
    }
  }

  /** A call as its request describes it. */
  private record Call(
      String name,
      @Nullable KnownMethod method,
      Metadata headers,
      CallOptions options,
      HttpHeaders fields,
      HttpReply reply,
      Consumer<Boolean> pauseReading) {}

  /** Returns the path and query of a target, which a client of a proxy sends with its host. */
  private static String originForm(String target) {
    if (!target.startsWith("http://")) {
      return target;
    }
    int slash = target.indexOf('/', "http://".length());
    return slash < 0 ? "/" : target.substring(slash);
  }

  private @Nullable KnownMethod method(String name) {
    ServedMethod served = catalog.method(name);
    if (served == null) {
      return null;
    }
    KnownMethod known = last;
    if (known == null || !known.served().equals(served)) {
      known = new KnownMethod(served);
      last = known;
    }
    return known;
  }

  private static boolean isSafe(KnownMethod method) {
    return method.served().descriptor().getOptions().getIdempotencyLevel()
        == IdempotencyLevel.NO_SIDE_EFFECTS;
  }

  private CallOptions options(HttpHeaders headers) throws StatusException {
    CallOptions options = CallOptions.DEFAULT.withExecutor(loop);
    String timeout = headers.get(CONNECT_TIMEOUT);
    if (timeout == null) {
      return options;
    }
    if (!timeout.matches("\\d{1,10}")) {
      throw Status.INVALID_ARGUMENT
          .withDescription(
              "Connect-Timeout-Ms %s is not a number of at most 10 digits".formatted(timeout))
          .asException();
    }
    return options.withDeadlineAfter(Long.parseLong(timeout), TimeUnit.MILLISECONDS);
  }

  private Exchange post(Call call) throws StatusException {
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

  private Exchange plain(Call call, @Nullable String version) throws StatusException {
    KnownMethod method = call.method();
    if (method == null) {
      return absent(call);
    }
    if (version != null && !method.served().isUnary()) {
      return unsupported(
          call, ContentTypes.JSON, List.of(ContentTypes.CONNECT_JSON, ContentTypes.CONNECT_PROTO));
    }
    ContentCodings codings = ContentCodings.unary(call.fields());
    boolean lines = method.served().descriptor().isClientStreaming();
    if (lines && codings.request()) {
      throw Status.UNIMPLEMENTED
          .withDescription("content encoding gzip is not supported for a stream of requests")
          .asException();
    }
    RequestBody body =
        lines
            ? new LineBody(method.json(), limits.message())
            : new WholeBody(method.json(), codings.request(), limits.message());
    return exchange(call, method.encoded(), body, plainResponse(call, method, codings));
  }

  private static ResponseBody plainResponse(Call call, KnownMethod method, ContentCodings codings) {
    Types types = method.served().types();
    if (method.served().descriptor().isServerStreaming()) {
      boolean events = ContentTypes.accepts(call.fields(), ContentTypes.EVENTS);
      return new LineResponse(call.reply(), method.json(), events, types);
    }
    return new UnaryResponse(call.reply(), method.json(), codings.response(), types);
  }

  private Exchange proto(Call call) throws StatusException {
    KnownMethod method = call.method();
    if (method != null && !method.served().isUnary()) {
      return unsupported(
          call, ContentTypes.PROTO, List.of(ContentTypes.CONNECT_JSON, ContentTypes.CONNECT_PROTO));
    }
    ContentCodings codings = ContentCodings.unary(call.fields());
    RequestBody body = new WholeBody(MessageCodec.PROTO, codings.request(), limits.message());
    if (method != null) {
      return exchange(
          call,
          method.encoded(),
          body,
          new UnaryResponse(
              call.reply(), MessageCodec.PROTO, codings.response(), method.served().types()));
    }
    return exchange(
        call,
        KnownMethod.encoded(call.name(), MethodType.UNKNOWN),
        body,
        new UndescribedResponse(
            call.reply(),
            new UnaryResponse(call.reply(), MessageCodec.PROTO, codings.response(), COMMON_TYPES),
            () -> absence(call)));
  }

  private Exchange envelopes(Call call, boolean json) throws StatusException {
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
    RequestBody body = new EnvelopeBody(codec, codings.request(), limits.message());
    return exchange(
        call,
        method.encoded(),
        method.served().descriptor().isClientStreaming()
            ? body
            : new SingleMessage(body, call.name(), limits.message()),
        new EnvelopeResponse(call.reply(), codec, codings.response(), method.served().types()));
  }

  private Exchange get(Call call, QueryStringDecoder target) throws StatusException {
    KnownMethod method = call.method();
    if (method == null || method.served().descriptor().isClientStreaming()) {
      return absent(call);
    }
    QueryMessage message = QueryMessage.of(target, limits.message());
    String accepted = call.fields().get(HttpHeaderNames.ACCEPT_ENCODING);
    boolean compresses =
        accepted == null ? message.compressed() : ContentCodings.of(null, accepted).response();
    ContentCodings codings = new ContentCodings(false, compresses);
    return switch (message.encoding()) {
      case "json" ->
          exchange(
              call,
              method.encoded(),
              new GivenBody(method.json(), message.text()),
              plainResponse(call, method, codings));
      case "proto" -> {
        if (!method.served().isUnary()) {
          yield unsupported(call, "encoding=proto", List.of("encoding=json"));
        }
        yield exchange(
            call,
            method.encoded(),
            new GivenBody(MessageCodec.PROTO, message.text()),
            new UnaryResponse(
                call.reply(), MessageCodec.PROTO, compresses, method.served().types()));
      }
      default ->
          unsupported(
              call, "encoding=" + message.encoding(), List.of("encoding=json", "encoding=proto"));
    };
  }

  private Exchange exchange(
      Call call, MethodDescriptor<byte[], byte[]> method, RequestBody body, ResponseBody response) {
    ClientCall<byte[], byte[]> started = caller.channel().newCall(method, call.options());
    return new CallExchange(
            started, call.headers(), body, response, call.reply(), loop, call.pauseReading())
        .begin();
  }

  /** Answers 404 for a method that has no descriptor. */
  private Exchange absent(Call call) {
    return admission(call, reply -> reply.error(HttpResponseStatus.NOT_FOUND, absence(call)));
  }

  /**
   * Returns the status for a method that does not exist. A client of the Connect protocol expects
   * the code that it would derive from the HTTP status.
   */
  private Status absence(Call call) {
    Status.Code code =
        call.fields().contains(CONNECT_VERSION) ? Status.Code.UNIMPLEMENTED : Status.Code.NOT_FOUND;
    return code.toStatus().withDescription(catalog.absence(call.name()));
  }

  /** Answers 415 with the content types that the method takes. */
  private Exchange unsupported(Call call, String type, List<String> taken) {
    return admission(
        call,
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

  private static void notAllowed(HttpReply reply, String allowed, String message) {
    HttpHeaders fields = new DefaultHttpHeaders();
    fields.set(HttpHeaderNames.ALLOW, allowed);
    reply.error(
        HttpResponseStatus.METHOD_NOT_ALLOWED, Status.UNKNOWN.withDescription(message), fields);
  }

  private Exchange admission(Call call, Consumer<HttpReply> answer) {
    ClientCall<byte[], byte[]> probe =
        caller
            .channel()
            .newCall(KnownMethod.encoded(call.name(), MethodType.UNKNOWN), call.options());
    return new Admission(probe, call.reply(), answer).begin(call.headers(), loop);
  }
}
