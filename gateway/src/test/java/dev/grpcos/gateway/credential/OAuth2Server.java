package dev.grpcos.gateway.credential;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.oauth2.sdk.AccessTokenResponse;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.TokenErrorResponse;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.token.BearerAccessToken;
import com.nimbusds.oauth2.sdk.token.RefreshToken;
import com.nimbusds.oauth2.sdk.token.Tokens;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An OAuth 2.0 server on loopback, with the protocol of another implementation. */
final class OAuth2Server implements AutoCloseable {
  private final HttpServer http;
  private final String scheme;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<TokenRequest> requests = new CopyOnWriteArrayList<>();
  private volatile Function<TokenRequest, TokenResponse> answers = request -> token("t", 3600);

  /** Starts a server without TLS. */
  OAuth2Server() throws IOException {
    this(HttpServer.create(loopback(), 0), "http");
  }

  /** Starts a server that listens already. */
  OAuth2Server(HttpServer http, String scheme) {
    this.http = http;
    this.scheme = scheme;
    http.setExecutor(threads);
    http.createContext("/token", this::answer);
    http.start();
  }

  static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  URI url() {
    return url("/token");
  }

  URI url(String path) {
    return URI.create(scheme + "://localhost:" + http.getAddress().getPort() + path);
  }

  List<TokenRequest> requests() {
    return requests;
  }

  void answer(Function<TokenRequest, TokenResponse> function) {
    answers = function;
  }

  static TokenResponse token(String token, long seconds) {
    return token(token, seconds, null);
  }

  static TokenResponse token(String token, long seconds, @Nullable String refreshToken) {
    return new AccessTokenResponse(
        new Tokens(
            new BearerAccessToken(token, seconds, null),
            refreshToken == null ? null : new RefreshToken(refreshToken)));
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      HTTPRequest request = new HTTPRequest(HTTPRequest.Method.POST, url());
      exchange
          .getRequestHeaders()
          .forEach((name, values) -> request.setHeader(name, values.toArray(new String[0])));
      request.setBody(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
      TokenResponse response;
      try {
        TokenRequest parsed = TokenRequest.parse(request);
        requests.add(parsed);
        response = answers.apply(parsed);
      } catch (ParseException e) {
        response = new TokenErrorResponse(e.getErrorObject());
      }
      HTTPResponse sent = response.toHTTPResponse();
      sent.getHeaderMap()
          .forEach((name, values) -> exchange.getResponseHeaders().put(name, values));
      respond(exchange, sent.getStatusCode(), String.valueOf(sent.getBody()));
    }
  }

  /** Answers requests for this path with a text. */
  void context(String path, int status, String body) {
    http.createContext(
        path,
        exchange -> {
          try (exchange) {
            exchange.getResponseHeaders().set("Location", "/token");
            respond(exchange, status, body);
          }
        });
  }

  /** Begins to answer requests for this path, and never ends. */
  void endless(String path) {
    http.createContext(
        path,
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write('{');
          exchange.getResponseBody().flush();
        });
  }

  private static void respond(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    http.stop(0);
    threads.shutdownNow();
  }
}
