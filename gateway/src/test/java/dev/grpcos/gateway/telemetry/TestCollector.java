package dev.grpcos.gateway.telemetry;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.grpcos.gateway.Await;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.SSLContext;

/** A collector that keeps what it gets, as text of one character for each byte. */
public final class TestCollector implements AutoCloseable {
  private static final InetSocketAddress ANY_PORT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  private final HttpServer server;
  private final String scheme;
  private final Map<String, List<String>> bodies = new ConcurrentHashMap<>();
  private final List<String> keys = new CopyOnWriteArrayList<>();

  public TestCollector() throws IOException {
    this(HttpServer.create(ANY_PORT, 0), "http");
  }

  private TestCollector(HttpServer server, String scheme) {
    this.server = server;
    this.scheme = scheme;
    server.createContext("/", this::take);
    server.start();
  }

  /** Starts a collector that speaks TLS with this certificate. */
  static TestCollector withTls(X509Bundle certificate) throws Exception {
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(certificate.toKeyManagerFactory().getKeyManagers(), null, null);
    HttpsServer server = HttpsServer.create(ANY_PORT, 0);
    server.setHttpsConfigurator(new HttpsConfigurator(tls));
    return new TestCollector(server, "https");
  }

  private void take(HttpExchange exchange) throws IOException {
    keys.add(String.valueOf(exchange.getRequestHeaders().getFirst("x-api-key")));
    try (InputStream body = new GZIPInputStream(exchange.getRequestBody())) {
      bodies
          .computeIfAbsent(exchange.getRequestURI().getPath(), path -> new CopyOnWriteArrayList<>())
          .add(new String(body.readAllBytes(), ISO_8859_1));
    }
    exchange.sendResponseHeaders(200, -1);
    exchange.close();
  }

  public URI endpoint() {
    return URI.create(scheme + "://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Returns the values of the header {@code x-api-key} so far. */
  List<String> keys() {
    return keys;
  }

  /** Waits until the bodies for this path contain the text, and returns them. */
  public String await(String path, String text) throws Exception {
    Await.until(path + " has the text", () -> all(path).contains(text));
    return all(path);
  }

  /**
   * Waits for a span of this kind, and returns it.
   *
   * @param kind a number of {@code opentelemetry.proto.trace.v1.Span.SpanKind}
   */
  CollectedSpan awaitSpan(int kind) throws Exception {
    Await.until("a span of kind " + kind, () -> spans().anyMatch(each -> each.kind() == kind));
    return spans().filter(each -> each.kind() == kind).findFirst().orElseThrow();
  }

  private Stream<CollectedSpan> spans() {
    return bodies.getOrDefault("/v1/traces", List.of()).stream()
        .flatMap(body -> CollectedSpan.of(body.getBytes(ISO_8859_1)));
  }

  private String all(String path) {
    return String.join("", bodies.getOrDefault(path, List.of()));
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
