package dev.grpcos.gateway.telemetry;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.grpcos.gateway.Await;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;

/** A collector that keeps what it gets, as text of one character for each byte. */
final class TestCollector implements AutoCloseable {
  private final HttpServer server;
  private final Map<String, List<String>> bodies = new ConcurrentHashMap<>();
  private final List<String> keys = new CopyOnWriteArrayList<>();

  TestCollector() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::take);
    server.start();
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

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Returns the values of the header {@code x-api-key} so far. */
  List<String> keys() {
    return keys;
  }

  /** Waits until the bodies for this path contain the text, and returns them. */
  String await(String path, String text) throws Exception {
    Await.until(path + " has the text", () -> all(path).contains(text));
    return all(path);
  }

  private String all(String path) {
    return String.join("", bodies.getOrDefault(path, List.of()));
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
