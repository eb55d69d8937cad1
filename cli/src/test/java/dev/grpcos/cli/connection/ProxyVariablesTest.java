package dev.grpcos.cli.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grpcos.gateway.channel.HttpProxy;
import dev.grpcos.gateway.channel.ServerAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProxyVariablesTest {
  private static final HttpProxy P = new HttpProxy("p", 1, null, null);

  private static @Nullable HttpProxy find(
      String host, int port, boolean tls, Map<String, String> variables) {
    return ProxyVariables.find(new ServerAddress.Tcp(host, port, false), tls, variables::get);
  }

  @Test
  void variablesHaveTheirPrecedence() {
    Map<String, String> both = Map.of("HTTPS_PROXY", "p:1", "HTTP_PROXY", "q:1");
    assertThat(find("h", 1, true, both)).isEqualTo(P);
    assertThat(find("h", 1, false, both)).isEqualTo(P);
    assertThat(find("h", 1, true, Map.of("https_proxy", "http://p:1"))).isEqualTo(P);
    assertThat(find("h", 1, false, Map.of("http_proxy", "p:1"))).isEqualTo(P);
    assertThat(find("h", 1, true, Map.of("http_proxy", "p:1"))).isNull();
    assertThat(find("h", 1, false, Map.of("HTTPS_PROXY", ""))).isNull();
    assertThat(find("h", 1, false, Map.of())).isNull();
  }

  /** A web server passes the header Proxy of its client as HTTP_PROXY. */
  @Test
  void cgiProgramIgnoresAVariableOfItsClient() {
    Map<String, String> cgi = Map.of("HTTP_PROXY", "p:1", "REQUEST_METHOD", "GET");
    assertThat(find("h", 1, false, cgi)).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "localhost; 1; ''; false",
        "127.0.0.9; 1; ''; false",
        "::1; 1; ''; false",
        "a.example.com; 1; example.com; false",
        "Example.COM; 1; x, example.com; false",
        "example.com.; 1; example.com; false",
        "badexample.com; 1; example.com; true",
        "example.com; 1; .example.com; true",
        "a.example.com; 1; .example.com; false",
        "example.com; 1; *.example.com; true",
        "a.example.com; 1; *.example.com; false",
        "h; 443; h:443; false",
        "h; 444; h:443; true",
        "10.1.2.3; 1; 10.0.0.0/8; false",
        "11.1.2.3; 1; 10.0.0.0/8; true",
        "h; 1; 10.0.0.0/8; true",
        "10.1.2.3; 1; 10.1.2.3; false",
        "10.1.2.3; 2; 10.1.2.3:1; true",
        "fd00::1; 1; fd00::/8; false",
        "fe80::1; 1; fd00::/8; true",
        "fd00::1; 1; [fd00::1]:1; false",
        "10.1.2.3; 1; 10.0.0.0/33 10.1/8; true",
        "anything; 1; a b *; false",
        "h; 1; ,,:1 ,; true"
      })
  void exceptionsNeedNoProxy(String host, int port, String exceptions, boolean proxied) {
    Map<String, String> variables = Map.of("HTTPS_PROXY", "p:1", "no_proxy", exceptions);
    assertThat(find(host, port, true, variables) != null).isEqualTo(proxied);
  }

  @Test
  void invalidVariableIsNamedWithoutItsValue() {
    assertThatThrownBy(() -> find("h", 1, true, Map.of("https_proxy", "socks5://me:secret@p")))
        .hasMessage("https_proxy names a proxy of another kind than HTTP; give http://HOST:PORT");
  }
}
