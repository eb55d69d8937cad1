package dev.grpcos.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.distribution.Distribution;
import dev.grpcos.cli.distribution.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls that a program of a service makes in turn: they go where its own call came from. */
final class HandlerCallsIT {
  private static final String PROTO =
      """
      syntax = "proto3";
      package relay.v1;
      service Relay {
        rpc Check(Message) returns (Message);
        rpc Pass(Message) returns (Message);
        rpc Show(Message) returns (Message);
      }
      message Message { string status = 1; }
      """;

  private static final String PROGRAM =
      """
      #!/bin/bash
      case $1 in
        Check) exec grpcos call Health/Check -d '{}' ;;
        Pass) echo '{"id":1,"method":"Relay/Show"}' |
              grpcos session --inherit | sed 's/.*"responses":.\\(.*\\).}$/\\1/' ;;
        Show) left=$((${GRPCOS_DEADLINE%.*} - $(date +%s)))
              tenant=${GRPCOS_METADATA#*tenant\\":[\\"}
              echo "{\\"status\\":\\"${tenant%%\\"*} $((left > 0 && left <= 20)) ${GRPCOS_SOCKET##*/}\\"}" ;;
      esac
      """;

  @TempDir static Path folder;
  private static TestGateway gateway;

  @BeforeAll
  static void startGateway() throws Exception {
    Files.writeString(folder.resolve("relay.proto"), PROTO);
    Files.setPosixFilePermissions(
        Files.writeString(folder.resolve("relay.sh"), PROGRAM),
        PosixFilePermissions.fromString("rwxr-xr-x"));
    Path config =
        Files.writeString(
            folder.resolve("gateway.yaml"),
            """
            warmup: false
            services:
              - proto: [relay.proto]
                service: relay.v1.Relay
                exec: [./relay.sh]
                environment: {PATH: "%s:/usr/bin:/bin"}
            sockets:
              - {path: narrow.sock, methods: ["relay.v1.Relay/*"]}
            """
                .formatted(Distribution.built().grpcos().getParent()));
    gateway = TestGateway.run(folder.resolve("gateway.sock"), "--config", config.toString());
  }

  @AfterAll
  static void stopGateway() {
    gateway.close();
  }

  private static Outcome call(String socket, String... arguments) {
    return RunMode.WARM
        .on(gateway.grpcos(arguments).with("GRPCOS_SOCKET", folder.resolve(socket).toString()))
        .run();
  }

  @Test
  void callsOfAProgramHaveTheRightsOfItsCallersSocket() {
    assertThat(call("gateway.sock", "call", "Relay/Check", "-d", "{}"))
        .isEqualTo(new Outcome(0, "{\"status\":\"SERVING\"}\n", ""));
    Outcome refused = call("narrow.sock", "call", "Relay/Check", "-d", "{}");
    assertThat(refused.exit()).isNotZero();
    assertThat(refused.stdout()).isEmpty();
    // Reflection shows what the socket offers, and no more.
    assertThat(refused.stderr()).contains("no service 'Health'; there are: relay.v1.Relay");
  }

  @Test
  void metadataAndDeadlineAreInherited() {
    for (String socket : new String[] {"gateway.sock", "narrow.sock"}) {
      assertThat(
              call(
                  socket,
                  "call",
                  "Relay/Pass",
                  "-d",
                  "{}",
                  "-H",
                  "tenant: acme",
                  "--deadline",
                  "20s"))
          .isEqualTo(new Outcome(0, "{\"status\":\"acme 1 " + socket + "\"}\n", ""));
    }
  }
}
