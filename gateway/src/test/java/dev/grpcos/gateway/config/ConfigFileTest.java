package dev.grpcos.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.grpcos.gateway.channel.HttpProxy;
import dev.grpcos.gateway.process.OwnProcess;
import dev.grpcos.gateway.schema.NamedSources;
import dev.grpcos.gateway.schema.SchemaConfig;
import dev.grpcos.gateway.schema.SourceWords;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigFileTest extends ConfigFileFixture {
  @Test
  void emptyFileIsTheBuiltInConfiguration() throws Exception {
    for (String text : List.of("", "# nothing\n", "{}", "limits:\nupstreams:\n", "\uFEFF---\n")) {
      GatewayConfig config = read(text);
      assertThat(config.file()).isEqualTo(folder.resolve("gateway.yaml"));
      assertThat(config)
          .as(text)
          .usingRecursiveComparison()
          .ignoringFields("file")
          .isEqualTo(GatewayConfig.defaults(SOCKET));
    }
  }

  @Test
  void everyKeyIsReadIntoItsRecord() throws Exception {
    for (String name : List.of("ca.pem", "client.pem", "client.key", "b.binpb", "weather.proto")) {
      Files.writeString(folder.resolve(name), "");
    }
    Path program = Files.writeString(folder.resolve("weather.sh"), "");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    GatewayConfig config =
        read(
            """
            listen: {socket: g.sock, mode: 0660, group: root}
            upstreams:
              - name: billing
                target: dns:///${HOST}:443
                tls: {ca: ca.pem, cert: client.pem, key: client.key, serverName: b, no_alpn: true}
                authority: billing:443
                credentials: {bearer: {command: [cat, $$x], refresh: 1m30s}}
                services: ["billing.v1.*"]
                protoset: [b.binpb]
                deadline: 10s
                retry: {attempts: 3, max_backoff: 2s}
                connect_timeout: 250ms
                keepalive: {time: 1m}
                proxy: "http://u:p%40ss@proxy.internal:3128"
                refresh: 10s
              - {name: local, target: "unix:run/l.sock"}
              - {name: plain, target: "[::1]:1", plaintext: true, credentials: {bearer: {env: TOKEN}}}
              - {name: public, target: "h:1", credentials: {bearer: {file: token}}}
            services:
              - proto: [weather.proto]
                service: weather.v1.Weather
                methods:
                  Get: {exec: [./weather.sh, --now]}
                  Watch:
                    exec: {command: [sh, -c, "echo ${TRICK}"], persistent: true, pool: 4}
                    deadline: 1h
                    concurrency: 2
                    environment: {A: "", B: 1}
                    directory: /tmp
                    user: root
            policy:
              - {users: [root, 65533], groups: [root, "7"], methods: ["billing.v1.Billing/*"]}
            limits:
              {connections: 1, calls: 2, message: 3KiB, exec: 4, metadata: 5KiB, streams: 6, idle: 7s}
            audit: {file: audit.jsonl}
            drain: 0s
            """);
    assertThat(config.listen()).isEqualTo(new ListenConfig(folder.resolve("g.sock"), 0660, "root"));
    assertThat(config.upstreams().get(0))
        .isEqualTo(
            new UpstreamConfig(
                "billing",
                "dns:///billing.internal:443",
                new TlsConfig(
                    folder.resolve("ca.pem"),
                    folder.resolve("client.pem"),
                    folder.resolve("client.key"),
                    "b",
                    false,
                    false,
                    null),
                "billing:443",
                CredentialsConfig.bearer(
                    new SecretSource.OfCommand(
                        List.of("/usr/bin/cat", "$x"), Duration.ofSeconds(90))),
                List.of(new NamePattern("billing.v1.*")),
                SchemaConfig.ofProtoset(folder.resolve("b.binpb")),
                Duration.ofSeconds(10),
                new RetryConfig(3, Duration.ofMillis(100), Duration.ofSeconds(2)),
                Duration.ofMillis(250),
                new KeepaliveConfig(Duration.ofMinutes(1), Duration.ofSeconds(20)),
                Duration.ofSeconds(10),
                new HttpProxy("proxy.internal", 3128, "u", "p@ss")));
    UpstreamConfig local = config.upstreams().get(1);
    assertThat(local.target()).isEqualTo("unix:" + folder.resolve("run/l.sock"));
    assertThat(local.tls()).isNull();
    assertThat(local.refresh()).isEqualTo(Duration.ofMinutes(1));
    UpstreamConfig plain = config.upstreams().get(2);
    assertThat(plain.tls()).isNull();
    assertThat(plain.credentials())
        .isEqualTo(CredentialsConfig.bearer(new SecretSource.OfEnvironment("TOKEN")));
    assertThat(config.upstreams().get(3).tls())
        .isEqualTo(new TlsConfig(null, null, null, null, false, true, null));
    assertThat(config.upstreams().get(3).credentials())
        .isEqualTo(CredentialsConfig.bearer(new SecretSource.OfFile(folder.resolve("token"))));
    ServiceConfig weather = config.services().get(0);
    assertThat(weather.schema())
        .isEqualTo(
            new SchemaConfig(
                List.of(),
                new NamedSources(
                    List.of("weather.proto"), List.of(), folder, SourceWords.CONFIGURATION)));
    assertThat(weather.methods().get("Get"))
        .isEqualTo(
            new MethodConfig(
                new ExecConfig(List.of(program.toString(), "--now"), false, 1),
                null,
                Integer.MAX_VALUE,
                Map.of(),
                folder,
                null,
                folder.resolve("gateway.yaml") + ":23:12: "));
    MethodConfig watch = Objects.requireNonNull(weather.methods().get("Watch"));
    assertThat(watch.exec())
        .isEqualTo(new ExecConfig(List.of("/usr/bin/sh", "-c", "echo ${HOST}"), true, 4));
    assertThat(watch.environment()).isEqualTo(Map.of("A", "", "B", "1"));
    assertThat(watch.concurrency()).isEqualTo(2);
    assertThat(watch.deadline()).isEqualTo(Duration.ofHours(1));
    assertThat(watch.user()).isNotNull();
    assertThat(config.policy())
        .containsExactly(
            new PolicyRule(
                Set.of(0, 65533), Set.of(0, 7), List.of(new NamePattern("billing.v1.Billing/*"))));
    assertThat(config.limits())
        .isEqualTo(
            Limits.DEFAULT
                .withConnections(1)
                .withCalls(2)
                .withMessage(3072)
                .withExec(4)
                .withMetadata(5120)
                .withStreams(6)
                .withIdle(Duration.ofSeconds(7)));
    assertThat(config.audit()).isEqualTo(new AuditConfig(folder.resolve("audit.jsonl")));
    assertThat(config.drain()).isEqualTo(Duration.ZERO);
  }

  @Test
  void allProblemsAreReportedTogetherInTheOrderOfTheFile() throws Exception {
    assertThat(
            problems(
                """
                listne: {}
                drain: 2h
                drain: 1s
                upstreams:
                  - target: nowhere
                    tls: {cert: c.pem}
                    retry: {attempts: 9}
                  - {name: a, target: "h:1", plaintext: yes}
                  - {name: a, target: "h:0", credentials: {bearer: {}}}
                limits: {calls: 0, message: 3GiB, idle: 10}
                policy:
                  - {users: [no-such-user], methods: [billing.v1.Billing]}
                  - methods: []
                """))
        .containsExactly(
            "1:1: unknown key 'listne'; did you mean 'listen'?",
            "2:8: drain is 2h, out of bounds; give 0s to 1h",
            "3:1: drain is given twice, first in line 2; leave one of them out",
            "5:5: upstreams.name is missing; give it",
            "5:13: upstreams.target is invalid: 'nowhere' has no port: give HOST:PORT, as"
                + " nowhere:443",
            "6:10: upstreams.tls has a cert without key; add it",
            "6:17: upstreams.tls.cert is DIR/c.pem, which does not exist; give the path of a file",
            "7:23: upstreams.retry.attempts is 9, out of bounds; give 2 to 5",
            "8:41: upstreams.plaintext is 'yes', neither true nor false; give one of them",
            "9:12: upstreams.name is 'a', as in line 8; give each upstream a different name",
            "9:23: upstreams.target is invalid: 'h:0' has a port out of range: give 1 to 65535",
            "9:52: upstreams.credentials.bearer has none of file, env and command; give exactly"
                + " one",
            "10:17: limits.calls is 0, out of bounds; give 1 to 1000000",
            "10:29: limits.message is 3GiB, out of bounds; give 1 to 2047MiB",
            "10:41: limits.idle is '10', not a duration; give a number and a unit, as 500ms, 30s,"
                + " 1m30s or 2h",
            "12:14: policy.users is 'no-such-user', an unknown user; give the name of an"
                + " existing user",
            "12:39: policy.methods is 'billing.v1.Billing', which matches no method; give"
                + " package.Service/Method, or package.Service/* for all of a service",
            "13:5: policy has neither users nor groups; give at least one",
            "13:14: policy.methods is empty; give at least one item");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          drain: ${NOPE}     | 1:8: drain names the variable NOPE, which is not set; set it for the gateway
          audit: {file: a$b} | 1:15: audit.file contains a single '$'; write ${NAME} for a variable, $$ for a dollar sign
          audit: {file: ""}  | 1:15: audit.file is empty; give a value, or leave the key out
          audit:             | 1:7: audit.file is missing; give it
          audit: {file: no/a}| 1:15: audit.file is in DIR/no, which is not a folder; create the folder
          drain:             | 1:7: drain has no value; give one, or leave the key out
          drain: [1s]        | 1:8: drain is a list; give a single value
          limits: 3          | 1:9: limits is '3'; give keys
          limits: []         | 1:9: limits is a list; give keys
          upstreams: {a: b}  | 1:12: upstreams is a group of keys; give a list, as in [a, b]
          [a, b]             | 1:1: is a list; give keys
          {[a]: b}           | 1:2: a key is a list; give a name and a colon
          listen: {mode: 99} | 1:16: listen.mode is '99', not a mode; give three octal digits, as in 0660
          listen: {group: nx}| 1:17: listen.group is 'nx', an unknown group; give the name of an existing group
          limits: {calls: 1.5} | 1:17: limits.calls is '1.5', not a whole number; give one, as in 3
          limits: {calls: -1}  | 1:17: limits.calls is -1, out of bounds; give 1 to 1000000
          """)
  void problemHasItsPositionAndARemedy(String text, String problem) throws Exception {
    assertThat(problems(text)).contains(problem);
  }

  @Test
  void invalidYamlIsReportedWithItsPosition() throws Exception {
    assertThat(problems("listen: {socket: a\ndrain: 1s\n").get(0))
        .matches("\\d+:\\d+: is not valid YAML: .*; correct this line or the one before");
    assertThat(problems("a: 1\n--- \nb: 2\n").get(0)).contains("is not valid YAML");
    assertThat(problems("a: *b\n").get(0)).startsWith("1:4: is not valid YAML: ").contains("b");
    assertThat(problems("\tdrain: 1s\n").get(0)).startsWith("1:1: is not valid YAML: ");
    assertThat(problems("[".repeat(100_000)).get(0)).endsWith("nested deeper than 50; flatten it");
    assertThat(problems("#".repeat(2 << 20)).get(0)).contains("is larger than 1 MiB");
  }

  @Test
  void bytesThatAreNotUtf8AreRefused() throws Exception {
    Path file = folder.resolve("gateway.yaml");
    Files.write(file, "drain: \u00e9".getBytes(StandardCharsets.ISO_8859_1));
    ConfigException e =
        catchThrowableOfType(
            ConfigException.class, () -> ConfigFile.read(file, SOCKET, ENVIRONMENT));
    assertThat(e).hasMessage(file + ": is not in UTF-8; save it as UTF-8");
  }

  @Test
  void missingFileIsNamed() {
    Path file = folder.resolve("none.yaml");
    ConfigException e =
        catchThrowableOfType(
            ConfigException.class, () -> ConfigFile.read(file, SOCKET, ENVIRONMENT));
    assertThat(e).hasMessageStartingWith(file + ": does not exist");
  }

  private static void assertUnsafe(Path given, Path unsafe) {
    assumeTrue(OwnProcess.uid() == 0, "needs root: only its configuration has to be safe");
    ConfigException e =
        catchThrowableOfType(
            ConfigException.class, () -> ConfigFile.read(given, SOCKET, ENVIRONMENT));
    assertThat(e).hasMessageContaining("is not safe: " + unsafe + " can be written by others");
  }

  private static Path writableByOthers(Path file) throws Exception {
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
  }

  @Test
  void rootsConfigurationIsCheckedWhereItIsRead() throws Exception {
    Path target = Files.createDirectories(folder.resolve("a/target"));
    Files.createSymbolicLink(folder.resolve("linked"), target);
    Files.writeString(folder.resolve("gateway.yaml"), "");
    Path read = writableByOthers(Files.writeString(folder.resolve("a/gateway.yaml"), ""));
    assertUnsafe(folder.resolve("linked/../gateway.yaml"), read);
  }

  @Test
  void rootsConfigurationInSharedMemoryIsChecked() throws Exception {
    Path file = writableByOthers(Files.createTempFile(Path.of("/dev/shm"), "gateway", ".yaml"));
    try {
      assertUnsafe(file, file);
    } finally {
      Files.delete(file);
    }
  }

  @Test
  void aliasesAreFollowedUpToALimit() throws Exception {
    GatewayConfig config =
        read(
            """
            policy:
              - {users: &ops [root], methods: [a.B/*]}
              - {users: *ops, methods: [c.D/*]}
            """);
    assertThat(config.policy().get(1).users()).containsExactly(0);
    StringBuilder bomb = new StringBuilder("upstreams:\n  - &u0 {name: a, services: &s [");
    bomb.append("a,".repeat(3_000)).append("]}\n");
    bomb.append("  - *u0\n".repeat(3_000));
    assertThat(problems(bomb.toString()).toString())
        .contains("counting aliases; make the file smaller");
  }
}
