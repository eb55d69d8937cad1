package dev.grpcos.gateway.http;

import com.google.protobuf.DescriptorProtos.MethodOptions.IdempotencyLevel;
import dev.grpcos.gateway.call.MethodName;
import dev.grpcos.gateway.config.Limits;
import dev.grpcos.gateway.openapi.OpenApiDocument;
import dev.grpcos.gateway.rest.RestMatch;
import dev.grpcos.proto.admin.v1.AdminGrpc;
import io.grpc.CallOptions;
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
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Decides how a request is answered. Confined to one connection. */
final class RequestRouter implements RequestHandler {
  /** The paths of the gateway's own pages. */
  private static final Set<String> PAGES = Set.of("/", "/healthz", "/openapi.json");

  /** The page of those who may call the admin service; others do not learn that it exists. */
  private static final String METRICS = "/metrics";

  private static final String GET_STATUS = AdminGrpc.getGetStatusMethod().getFullMethodName();

  private final HttpCaller caller;
  private final SharedCatalog catalogs;
  private final WorkThreads pages;
  private final WorkThreads converters;
  private final EventLoop loop;
  private final Exchanges exchanges;
  private @Nullable KnownMethod last;

  /**
   * Creates the router of one connection.
   *
   * @param pages creates the pages that take long
   * @param converters convert large messages, and link schemas
   */
  RequestRouter(
      HttpCaller caller,
      SharedCatalog catalogs,
      WorkThreads pages,
      WorkThreads converters,
      EventLoop loop,
      Limits limits) {
    this.caller = caller;
    this.catalogs = catalogs;
    this.pages = pages;
    this.converters = converters;
    this.loop = loop;
    this.exchanges = new Exchanges(caller, converters, loop, limits);
  }

  @Override
  public @Nullable Exchange begin(
      HttpRequest request, HttpReply reply, Consumer<Boolean> pauseReading) {
    QueryStringDecoder target = new QueryStringDecoder(originForm(request.uri()));
    try {
      target.parameters(); // the decoder keeps them
    } catch (IllegalArgumentException e) {
      reply.error(
          HttpResponseStatus.BAD_REQUEST,
          Status.INVALID_ARGUMENT.withDescription(
              "the query of the request target is malformed: " + e.getMessage()));
      return null;
    }
    String path = target.rawPath();
    RequestScope scope = RequestScope.of(request.headers(), catalogs, caller);
    if (PAGES.contains(path)) {
      return page(path, request, target, reply, scope);
    }
    if (path.equals(METRICS) && scope.upstream() == null && scope.mayCall(GET_STATUS)) {
      return page(path, request, target, reply, scope);
    }
    String verb = request.method().name();
    MethodCatalog catalog = scope.catalog();
    return path.startsWith("/") && !catalog.isPrepared(verb, path)
        ? new LinkingExchange(reply, pauseReading)
            .begin(
                () -> catalog.prepare(verb, path),
                () -> route(request, target, reply, pauseReading, scope),
                converters,
                loop)
        : route(request, target, reply, pauseReading, scope);
  }

  private @Nullable Exchange route(
      HttpRequest request,
      QueryStringDecoder target,
      HttpReply reply,
      Consumer<Boolean> pauseReading,
      RequestScope scope) {
    String path = target.rawPath();
    CallRequest call;
    try {
      call = call(request, target, reply, pauseReading, scope);
    } catch (StatusException e) {
      reply.error(e.getStatus());
      return null;
    }
    try {
      RestMatch match = call.match();
      if (match != null) {
        return exchanges.rest(call, match, target);
      }
      return call.method() == null && path.startsWith("/") && isBound(path, request, call)
          ? null
          : named(call, request, target);
    } catch (StatusException e) {
      // A caller without rights does not learn from the error that the method exists.
      return exchanges.answer(
          call, e.getStatus().getCode(), admitted -> admitted.error(e.getStatus()));
    }
  }

  private @Nullable Exchange page(
      String path,
      HttpRequest request,
      QueryStringDecoder target,
      HttpReply reply,
      RequestScope scope) {
    if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
      notAllowed(reply, "GET, HEAD", path + " is for GET");
      return null;
    }
    if (path.equals("/healthz")) {
      return new HealthExchange(reply).begin(caller.channel(), target, loop);
    }
    if (!caller.hasRights().getAsBoolean()) {
      reply.error(
          HttpResponseStatus.FORBIDDEN,
          Status.PERMISSION_DENIED.withDescription(
              "the user may not call any service of the gateway, so %s is not available"
                  .formatted(path)));
      return null;
    }
    return switch (path) {
      case METRICS -> new MetricsExchange(reply, pages, loop).begin(caller.channel());
      case "/openapi.json" ->
          new BackgroundPage(reply, ContentTypes.JSON)
              .begin(
                  () -> OpenApiDocument.of(scope.catalog().described(), scope::mayCall) + "\n",
                  pages,
                  loop);
      default ->
          new BackgroundPage(reply, "text/plain; charset=utf-8")
              .begin(() -> ServicesPage.text(caller, scope), pages, loop);
    };
  }

  private CallRequest call(
      HttpRequest request,
      QueryStringDecoder target,
      HttpReply reply,
      Consumer<Boolean> pauseReading,
      RequestScope scope)
      throws StatusException {
    String path = target.rawPath();
    String name = path.startsWith("/") ? path.substring(1) : "";
    KnownMethod method = MethodName.isValid(name) ? method(name, scope) : null;
    RestMatch match =
        method == null && path.startsWith("/")
            ? scope.catalog().bindings().match(request.method().name(), path)
            : null;
    // A caller without rights does not learn which paths are bound.
    if (match != null && !scope.mayCall(match.binding().method())) {
      match = null;
    }
    if (match != null) {
      name = match.binding().method();
      method = method(name, scope);
    }
    return new CallRequest(
        name,
        method,
        match,
        HttpMetadata.of(request.headers()),
        options(request.headers()),
        request.headers(),
        reply,
        pauseReading,
        scope);
  }

  /** Answers 405 if the path is bound for other HTTP methods, and returns whether it is. */
  private static boolean isBound(String path, HttpRequest request, CallRequest call) {
    RequestScope scope = call.scope();
    Set<String> allowed = scope.catalog().bindings().allowed(path, scope::mayCall);
    if (allowed.isEmpty()) {
      return false;
    }
    String list = String.join(", ", allowed);
    notAllowed(
        call.reply(), list, "%s is for %s; %s was sent".formatted(path, list, request.method()));
    return true;
  }

  /** Begins the response to a request whose path is the name of a method. */
  private @Nullable Exchange named(CallRequest call, HttpRequest request, QueryStringDecoder target)
      throws StatusException {
    if (!MethodName.isValid(call.name())) {
      noResource(call.reply(), target.rawPath());
      return null;
    }
    if (!call.scope().mayCall(call.name())) {
      return exchanges.refuse(call);
    }
    KnownMethod method = call.method();
    if (request.method().equals(HttpMethod.POST)) {
      return exchanges.post(call);
    }
    if (method == null) {
      return exchanges.absent(call);
    }
    if (request.method().equals(HttpMethod.GET) && isSafe(method)) {
      return exchanges.get(call, target);
    }
    String allowed = isSafe(method) ? "GET, POST" : "POST";
    return exchanges.answer(
        call,
        Status.Code.UNKNOWN,
        reply ->
            notAllowed(
                reply,
                allowed,
                "%s is for %s; %s was sent".formatted(call.name(), allowed, request.method())));
  }

  /** Answers 404 for a path that is neither a method nor bound to one. */
  private static void noResource(HttpReply reply, String path) {
    reply.error(
        HttpResponseStatus.NOT_FOUND,
        Status.NOT_FOUND.withDescription(
            "no resource %s; call a method as /package.Service/Method, or list them with GET /"
                .formatted(MethodName.printable(path))));
  }

  /** Returns the path and query of a target, which a client of a proxy sends with its host. */
  private static String originForm(String target) {
    if (!target.startsWith("http://")) {
      return target;
    }
    int slash = target.indexOf('/', "http://".length());
    return slash < 0 ? "/" : target.substring(slash);
  }

  private @Nullable KnownMethod method(String name, RequestScope scope) {
    ServedMethod served = scope.catalog().method(name);
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
    String timeout = headers.get(TimedCall.TIMEOUT);
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

  private static void notAllowed(HttpReply reply, String allowed, String message) {
    HttpHeaders fields = new DefaultHttpHeaders();
    fields.set(HttpHeaderNames.ALLOW, allowed);
    reply.error(
        HttpResponseStatus.METHOD_NOT_ALLOWED, Status.UNKNOWN.withDescription(message), fields);
  }
}
