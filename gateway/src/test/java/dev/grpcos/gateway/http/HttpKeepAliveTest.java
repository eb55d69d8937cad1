package dev.grpcos.gateway.http;

import static dev.grpcos.gateway.http.RawHttp1.post;
import static dev.grpcos.gateway.http.RawHttp1.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.http.RawHttp1.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the order of requests on a connection, and which requests end it. */
final class HttpKeepAliveTest extends HttpFixture {
  @Test
  void chunkedBodyIsOneRequest() throws Exception {
    try (RawHttp1 connection = gateway.connect()) {
      connection.send(request("POST", SAY_HELLO, "", "Transfer-Encoding: chunked"));
      connection.chunk("{\"name\":").chunk("\"world\"}").chunk("");

      assertThat(connection.response().body()).isEqualTo(HELLO);
    }
  }

  @Test
  void connectionIsUsedAgain() throws Exception {
    try (RawHttp1 connection = gateway.connect()) {
      for (int i = 0; i < 3; i++) {
        assertThat(connection.send(post(SAY_HELLO, WORLD)).response().body()).isEqualTo(HELLO);
        assertThat(connection.send(post("/no.Such/Method", WORLD)).response().status())
            .isEqualTo(404);
      }
    }
  }

  @Test
  void pipelinedRequestsAreAnsweredInOrder() throws Exception {
    StringBuilder requests = new StringBuilder();
    for (int i = 0; i < 2000; i++) {
      requests.append(post(SAY_HELLO, "{\"name\":\"" + i + "\"}"));
    }
    try (RawHttp1 connection = gateway.connect()) {
      Thread sender = new Thread(() -> sendAll(connection, requests.toString()));
      sender.start();
      for (int i = 0; i < 2000; i++) {
        assertThat(connection.response().body()).isEqualTo("{\"message\":\"Hello " + i + "\"}\n");
      }
      sender.join();
    }
  }

  private static void sendAll(RawHttp1 connection, String requests) {
    try {
      connection.send(requests);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void http10ClosesTheConnection() throws Exception {
    try (RawHttp1 connection = gateway.connect()) {
      connection.send("POST " + SAY_HELLO + " HTTP/1.0\r\nContent-Length: 16\r\n\r\n" + WORLD);

      assertThat(connection.response().body()).isEqualTo(HELLO);
      assertThat(connection.ends()).isTrue();
    }
  }

  @Test
  void connectionClosesOnRequest() throws Exception {
    try (RawHttp1 connection = gateway.connect()) {
      Response response = connection.send(post(SAY_HELLO, WORLD, "Connection: close")).response();

      assertThat(response.closes()).isTrue();
      assertThat(connection.ends()).isTrue();
    }
  }

  @Test
  void expectedContinueIsSent() throws Exception {
    try (RawHttp1 connection = gateway.connect()) {
      connection.send(request("POST", SAY_HELLO, "", "Content-Length: 16", "Expect: 100-continue"));

      assertThat(connection.head().status()).isEqualTo(100);
      assertThat(connection.send(WORLD).response().body()).isEqualTo(HELLO);
    }
  }

  @ParameterizedTest
  @CsvSource({"/helloworld.Greeter/SayHelo,404", "/nothing,404", "/,405"})
  void finalResponseIsSentInsteadOfContinue(String path, int status) throws Exception {
    try (RawHttp1 connection = gateway.connect()) {
      connection.send(request("POST", path, "", "Content-Length: 16", "Expect: 100-continue"));

      Response response = connection.response();
      assertThat(response.status()).isEqualTo(status);
      assertThat(response.closes()).isTrue();
    }
  }
}
