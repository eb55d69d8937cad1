package dev.grpcos.gateway.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ServerAddressTest {
  private static final Path FOLDER = Path.of("/srv/app");

  @ParameterizedTest
  @CsvSource({
    "unix:/run/a.sock, unix:/run/a.sock",
    "unix:///run/a.sock, unix:/run/a.sock",
    "unix:a.sock, unix:/srv/app/a.sock",
    "unix:../a.sock, unix:/srv/a.sock",
    "unix-abstract:a/b:c, unix-abstract:a/b:c",
    "localhost:50051, localhost:50051",
    "10.0.0.1:1, 10.0.0.1:1",
    "[::1]:65535, [::1]:65535",
    "dns:///billing.internal:443, dns:///billing.internal:443",
    "dns:billing.internal:443, dns:///billing.internal:443",
    "dns:///[::1]:443, dns:///[::1]:443",
    // a host may have the name of a scheme
    "unix.internal:443, unix.internal:443",
    "billing:443, billing:443"
  })
  void targetNamesAreParsed(String text, String address) {
    assertThat(ServerAddress.parse(text, FOLDER)).hasToString(address);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''| is not a target: give HOST:PORT",
        "localhost| has no port: give HOST:PORT, as localhost:443",
        "::1| is an IPv6 address without brackets or port: give [::1]:PORT",
        "[::g]:1| has no IPv6 address in its brackets",
        "localhost:0| has a port out of range: give 1 to 65535",
        "localhost:65536| has a port out of range",
        "localhost:http| has an unknown scheme, localhost: give HOST:PORT",
        "http://localhost:80| is a URL: give HOST:PORT alone",
        "xds:///billing| has an unknown scheme, xds",
        "dns://8.8.8.8/billing:443| names a DNS server",
        "dns:///billing| has no port",
        "unix:| is not complete: give the path of a socket",
        "unix://host/run/a.sock| has a host, which a Unix socket cannot have",
        "unix-abstract:| is not complete: give the name of an abstract socket",
        "/run/a.sock| looks like a path: give unix:/run/a.sock",
        "./a.sock| looks like a path: give unix:./a.sock",
        "a b:1| is not an address",
        "user@host:1| is not an address"
      })
  void invalidTargetIsRefusedWithARemedy(String text, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ServerAddress.parse(text, FOLDER))
        .withMessageContaining(message);
  }

  @Test
  void nameLongerThanTheKernelPermitsIsRefused() {
    String name = "é".repeat(54);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ServerAddress.parse("unix-abstract:" + name, FOLDER))
        .withMessageContaining("has 108 bytes, but a Unix socket permits 107");
    assertThat(ServerAddress.parse("unix:/" + "a".repeat(106), FOLDER).isLocal()).isTrue();
  }
}
