package dev.grpcos.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.grpcos.gateway.process.OwnProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HttpReaderTest {
  private static final String TOKEN = "token: {file: token}";

  @TempDir private Path folder;

  @BeforeEach
  void writeToken() throws Exception {
    Path file = Files.writeString(folder.resolve("token"), "0123456789abcdef\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private HttpConfig read(String keys, String... more) throws Exception {
    Path file = write(keys, more);
    return Objects.requireNonNull(
        ConfigFile.read(file, Path.of("/run/g.sock"), Map.of()).http(), "listen.http");
  }

  private Path write(String keys, String... more) throws Exception {
    String text = "listen: {http: {" + keys + "}}\n" + String.join("\n", more);
    return Files.writeString(folder.resolve("gateway.yaml"), text);
  }

  private List<String> problems(String keys, String... more) throws Exception {
    Path file = write(keys, more);
    ConfigException e =
        catchThrowableOfType(
            ConfigException.class, () -> ConfigFile.read(file, Path.of("/run/g.sock"), Map.of()));
    assertThat(e).as("problems of %s", keys).isNotNull();
    return e.problems().stream()
        .map(problem -> problem.toString().replaceFirst("^.*?:\\d+:\\d+: ", ""))
        .toList();
  }

  @Test
  void onlyAddressAndTokenAreRequired() throws Exception {
    HttpConfig http = read("address: '127.0.0.1:8080', " + TOKEN);

    assertThat(http.address().getAddress().getHostAddress()).isEqualTo("127.0.0.1");
    assertThat(http.address().getPort()).isEqualTo(8080);
    assertThat(http.token()).isEqualTo(folder.resolve("token"));
    assertThat(http.caller().uid()).isEqualTo(OwnProcess.uid());
    assertThat(http.methods()).containsExactly(new NamePattern("*"));
    assertThat(http.hosts()).isEmpty();
    assertThat(http.origins()).isEmpty();
    assertThat(problems(""))
        .containsExactly(
            "listen.http.address is missing; give it", "listen.http.token is missing; give it");
  }

  @Test
  void hostsAndOriginsAreReadAsClientsSendThem() throws Exception {
    HttpConfig http =
        read(
            "address: '[::1]:0', hosts: [LocalHost, gateway.svc, 10.0.0.1, '[fe80::1]'], "
                + "origins: ['https://App.example:443', 'http://localhost:3000', 'http://a:80'], "
                + TOKEN);

    assertThat(http.address().getAddress().isLoopbackAddress()).isTrue();
    assertThat(http.hosts())
        .containsExactlyInAnyOrder("localhost", "gateway.svc", "10.0.0.1", "fe80::1");
    assertThat(http.origins())
        .containsExactlyInAnyOrder("https://app.example", "http://localhost:3000", "http://a");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost:8080",
        "127.0.0.1",
        "8080",
        ":8080",
        "127.0.0.1:http",
        "127.0.0.1:65536",
        "127.0.0.1:-1",
        "127.1:80",
        "::1:8080",
        "[::1]",
        "http://127.0.0.1:80"
      })
  void addressIsAnIpAddressAndAPort(String address) throws Exception {
    assertThat(problems("address: '" + address + "', " + TOKEN))
        .containsExactly(
            "listen.http.address is '%s', not an IP address and a port; give them, as in"
                    .formatted(address)
                + " 127.0.0.1:8080 or [::1]:8080");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0:80", "192.0.2.1:80", "[::]:80", "[2001:db8::1]:80"})
  void otherMachinesMayConnectOnlyIfThatIsAllowed(String address) throws Exception {
    String keys = "address: '" + address + "', " + TOKEN;
    assertThat(problems(keys))
        .containsExactly(
            "listen.http.address is %s, which other machines can reach; give a loopback address,"
                    .formatted(address)
                + " as in 127.0.0.1:80, or set listen.http.allow_remote: true if the network is"
                + " trusted, because nothing is encrypted");
    assertThat(read(keys + ", allow_remote: true").address().getPort()).isEqualTo(80);
  }

  @Test
  void loopbackAddressesNeedNoPermission() throws Exception {
    for (String address :
        List.of("127.0.0.1:80", "127.9.9.9:80", "[::1]:80", "[::ffff:127.0.0.1]:80")) {
      assertThat(read("address: '" + address + "', " + TOKEN).address().getPort()).isEqualTo(80);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hosts: [localhost:8080]    | hosts is 'localhost:8080', not a host name",
        "hosts: ['*.example']       | hosts is '*.example', not a host name",
        "hosts: ['http://a']        | hosts is 'http://a', not a host name",
        "origins: ['*']             | origins is '*', not an origin",
        "origins: ['null']          | origins is 'null', not an origin",
        "origins: [app.example]     | origins is 'app.example', not an origin",
        "origins: ['https://a/b']   | origins is 'https://a/b', not an origin",
        "origins: ['https://a/']    | origins is 'https://a/', not an origin",
        "user: no-such-user         | user is 'no-such-user', an unknown user",
        "methods: [SayHello]        | methods is 'SayHello', which matches no method",
        "methods: ['grpcos.admin.v1.Admin/*'] | methods is 'grpcos.admin.v1.Admin/*', which names",
      })
  void invalidValuesAreReported(String key, String problem) throws Exception {
    assertThat(problems("address: '127.0.0.1:80', " + TOKEN + ", " + key))
        .hasSize(1)
        .first()
        .asString()
        .startsWith("listen.http." + problem);
  }

  @Test
  void tokenIsCheckedWhenTheConfigurationIsRead() throws Exception {
    Files.setPosixFilePermissions(
        folder.resolve("token"), PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(problems("address: '127.0.0.1:80', " + TOKEN))
        .containsExactly(
            "listen.http.token.file is not usable: %1$s is accessible to all users; chmod o= %1$s"
                .formatted(folder.resolve("token")));
  }

  @Test
  void userWhomNoRuleNamesIsReported() throws Exception {
    String keys = "address: '127.0.0.1:80', user: '4242', " + TOKEN;
    String problem =
        "listen.http.user is uid 4242, which no rule of policy names, so that every call would be"
            + " refused; add a rule, or give another user";
    assertThat(problems(keys)).containsExactly(problem);
    assertThat(problems(keys, "policy: [{users: [4243], methods: ['*']}]"))
        .containsExactly(problem);

    HttpConfig http = read(keys, "policy: [{users: [4242], methods: ['a.B/*']}]");
    assertThat(http.caller().uid()).isEqualTo(4242);
    assertThat(http.caller().groups()).isEmpty();
  }
}
