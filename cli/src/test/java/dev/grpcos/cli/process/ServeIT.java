package dev.grpcos.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.distribution.Outcome;
import dev.grpcos.cli.distribution.Running;
import dev.grpcos.cli.resident.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tests {@code grpcos serve --join}: its start, and the ways in which it ends. */
final class ServeIT extends RenewedGatewayFixture {
  private static final String PROTO =
      """
      syntax = "proto3";
      package weather.v1;
      // Of one place.
      service Weather {
        // As it is now.
        rpc Get(Place) returns (Place);
        rpc Watch(Place) returns (stream Place);
      }
      message Place { string name = 1; }
      """;

  @BeforeAll
  static void writePrograms() throws Exception {
    Files.writeString(folder.resolve("weather.proto"), PROTO);
    script("get.sh", "cat");
    // it ignores TERM, as does the process that it starts outside its group
    script(
        "watch.sh",
        "trap '' TERM; setsid sleep 987 & echo $$ $! >pids; echo '{\"name\":\"here\"}'; sleep 987;"
            + " wait");
  }

  private static void script(String name, String text) throws IOException {
    Path script = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + text + "\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Running serve() throws Exception {
    Running serve =
        gateway.start(
            gateway
                .grpcos(
                    "serve",
                    "--join",
                    "--proto=weather.proto",
                    "weather.v1.Weather",
                    "Get=./get.sh",
                    "Watch=./watch.sh")
                .in(folder));
    Eventually.until(
        "it serves",
        TestGateway.SOON,
        () -> {
          assertThat(serve.isAlive()).as("%s", serve.stderr()).isTrue();
          return serve.stderr().contains("serving weather.v1.Weather");
        });
    return serve;
  }

  private Outcome get() {
    return gateway.grpcos("call", "weather.v1.Weather/Get", "name=here").run();
  }

  private static final Outcome HERE = new Outcome(0, "{\"name\":\"here\"}\n", "");

  /** Starts a call that does not end, and returns the pids of its processes. */
  private List<Long> watch(List<Running> calls) throws Exception {
    Running watch = gateway.start(gateway.grpcos("call", "weather.v1.Weather/Watch", "name=here"));
    calls.add(watch);
    TestGateway.awaitStdout(watch, "{\"name\":\"here\"}\n");
    return Stream.of(Files.readString(folder.resolve("pids")).strip().split(" ", -1))
        .map(Long::valueOf)
        .toList();
  }

  private static void awaitEnd(List<Long> processes) throws Exception {
    Eventually.until(
        "the programs are gone",
        TestGateway.SOON,
        () -> processes.stream().allMatch(pid -> ProcessHandle.of(pid).isEmpty()));
  }

  @Test
  void sigintEndsItAfterItsCalls() throws Exception {
    Running serve = serve();
    assertThat(get()).isEqualTo(HERE);
    assertThat(gateway.grpcos("describe", "weather.v1.Weather/Get").run().stdout())
        .contains("// As it is now.");
    assertThat(gateway.grpcos("health", "weather.v1.Weather").run().exit()).isZero();
    assertThat(gateway.grpcos("gateway", "reload").run().exit()).isZero();
    assertThat(get()).isEqualTo(HERE);
    Outcome second =
        gateway
            .grpcos("serve", "--join", "--proto=weather.proto", "weather.v1.Weather", "Get=cat")
            .in(folder)
            .run();
    assertThat(second.stderr())
        .isEqualTo(
            "grpcos: FAILED_PRECONDITION: service weather.v1.Weather is already served (exec): end"
                + " that first, or serve another (grpcos.admin.v1.Admin/Serve)\n");
    assertThat(second.exit()).isEqualTo(73);
    Files.writeString(
        folder.resolve("lacking.proto"),
        """
        syntax = "proto3"; package weather.v1; import "item.proto";
        service Lacking { rpc Get(Item) returns (Item); }
        """);
    Outcome lacking =
        gateway
            .grpcos("serve", "--join", "--proto=lacking.proto", "weather.v1.Lacking", "Get=cat")
            .in(folder)
            .run();
    assertThat(lacking.stderr())
        .contains("item.proto", "; give the folder that it is in with -I (grpcos.admin.v1.Admin/");
    assertThat(lacking.exit()).isEqualTo(73);
    Outcome alone =
        gateway
            .grpcos("serve", "--proto=weather.proto", "weather.v1.Weather", "Get=cat")
            .in(folder)
            .run();
    assertThat(alone.stderr())
        .contains(
            gateway.socket() + " is in use by pid ", "or let that gateway serve it with --join");
    assertThat(alone.exit()).isEqualTo(1);

    serve.signal("INT");
    assertThat(serve.end(TestGateway.SOON).exit()).isZero();
    assertThat(get().exit()).isEqualTo(2);
  }

  @Test
  void sigkillEndsItsCallsAndPrograms() throws Exception {
    Running serve = serve();
    List<Running> calls = new ArrayList<>();
    List<Long> processes = watch(calls);
    serve.signal("KILL");

    Outcome watch = calls.get(0).end(TestGateway.SOON);
    assertThat(watch.exit()).isEqualTo(78);
    assertThat(watch.stderr()).contains("weather.v1.Weather is not served any more");
    awaitEnd(processes);
    assertThat(get().exit()).isEqualTo(2);
  }

  @Test
  void noProcessOutlivesAKilledGateway() throws Exception {
    Running serve = serve();
    List<Running> calls = new ArrayList<>();
    List<Long> processes = watch(calls);
    Path socket =
        ProcessHandle.of(gateway.process().pid())
            .orElseThrow()
            .descendants()
            .map(each -> each.info().arguments().orElse(new String[] {"/"}))
            .map(arguments -> Path.of(arguments[arguments.length - 1]))
            .filter(path -> String.valueOf(path.getParent()).endsWith(".ex0"))
            .findFirst()
            .orElseThrow();
    gateway.process().signal("KILL");

    awaitEnd(processes);
    Eventually.until(
        "its folder is gone", TestGateway.SOON, () -> Files.notExists(socket.getParent()));
    Outcome ended = serve.end(TestGateway.SOON);
    assertThat(ended.exit()).isEqualTo(78);
    assertThat(ended.stderr()).contains("grpcos: UNAVAILABLE: ");
  }

  @Test
  void joinNeedsAGateway() throws Exception {
    Outcome outcome =
        gateway
            .grpcos(
                "serve", "--join", "--socket=none.sock", "--proto=weather.proto", "x.Y", "Get=cat")
            .in(folder)
            .run();
    assertThat(outcome.exit()).isEqualTo(78);
    assertThat(outcome.stderr()).contains("start one with 'grpcos gateway start'");
  }
}
