package dev.grpcos.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import dev.grpcos.gateway.config.ConfigFile;
import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.config.UpstreamConfig;
import java.io.File;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * Checks that the files of {@code examples/envoy} match each other and, if Envoy is installed, that
 * scripts reach servers through it.
 */
final class EnvoyIT {
  private static final Clone CLONE = Clone.built();
  private static final Path FOLDER = CLONE.root().resolve("examples/envoy");
  private static final String SOCKET = "/run/envoy/grpc.sock";
  private static final String DESCRIPTORS = "/etc/envoy/services.binpb";

  @TempDir private Path folder;
  private Session session;
  private final List<Process> started = new ArrayList<>();

  @BeforeEach
  void begin() throws IOException {
    session = new Session(CLONE, Files.createDirectory(folder.resolve("session"))).withoutWarmup();
  }

  @AfterEach
  void end() throws IOException {
    for (Process process : started) {
      process.destroy();
      process.onExit().join();
    }
    session.close();
  }

  private static Map<?, ?> yaml(String name) throws IOException {
    return (Map<?, ?>)
        new Load(LoadSettings.builder().build())
            .loadFromString(Files.readString(FOLDER.resolve(name)));
  }

  /** Returns the values of a key anywhere in a document. */
  private static List<Object> all(Object node, String key) {
    List<Object> found = new ArrayList<>();
    if (node instanceof Map<?, ?> map) {
      map.forEach(
          (name, value) -> {
            if (name.equals(key)) {
              found.add(value);
            }
            found.addAll(all(value, key));
          });
    } else if (node instanceof List<?> list) {
      list.forEach(item -> found.addAll(all(item, key)));
    }
    return found;
  }

  private GatewayConfig gateway() throws Exception {
    return ConfigFile.read(
        FOLDER.resolve("gateway.yaml"), folder.resolve("gateway.sock"), Map.of());
  }

  @Test
  void everyUpstreamIsAVirtualHostOfEnvoysSocket() throws Exception {
    Map<?, ?> envoy = yaml("envoy.yaml");
    List<String> authorities = new ArrayList<>();
    for (UpstreamConfig upstream : gateway().upstreams()) {
      assertThat(upstream.target()).isEqualTo("unix:" + SOCKET);
      authorities.add(Objects.requireNonNull(upstream.authority()));
    }
    assertThat(all(envoy, "pipe")).hasSize(1).first().asString().contains("path=" + SOCKET);
    assertThat(all(envoy, "domains")).isEqualTo(authorities.stream().map(List::of).toList());
    for (String file : List.of("envoy.yaml", "transcoder.yaml")) {
      Map<?, ?> routes = yaml(file);
      assertThat(all(routes, "cluster_name"))
          .as("clusters of %s", file)
          .isEqualTo(all(routes, "cluster"))
          .isNotEmpty();
    }
  }

  @Test
  void transcoderUsesTheUpstreamsAndTheExportedDescriptors() throws Exception {
    Map<?, ?> transcoder = yaml("transcoder.yaml");
    assertThat(all(transcoder, "proto_descriptor")).containsExactly(DESCRIPTORS);
    assertThat(Files.readString(FOLDER.resolve("README.md")))
        .contains("\n    grpcos export descriptors >" + DESCRIPTORS + "\n");
    for (Object service : (List<?>) all(transcoder, "services").get(0)) {
      assertThat(gateway().upstreams())
          .as("upstreams of %s", service)
          .anyMatch(upstream -> upstream.offers((String) service));
    }
  }

  /** Uses a gateway, Envoy and two servers in a row, and a second Envoy for JSON. */
  @Test
  void scriptsAndHttpClientsReachTheServersThroughEnvoy() throws Exception {
    Path envoy = envoy();
    Path greeter = folder.resolve("greeter.sock");
    Path library = folder.resolve("library.sock");
    grpcos("gateway", "run", "--socket", greeter.toString());
    grpcos(
        "gateway", "run", "--socket", library.toString(), "--config", "examples/exec/gateway.yaml");
    awaitServing(greeter, "helloworld.Greeter");
    awaitServing(library, "library.v1.Library");
    start(
        session.process(
            envoy.toString(),
            "-c",
            adapted("envoy.yaml", 0).toString(),
            "--use-dynamic-base-id",
            "--disable-hot-restart",
            "--concurrency",
            "1"));

    Path socket = folder.resolve("gateway.sock");
    grpcos(
        "gateway",
        "run",
        "--socket",
        socket.toString(),
        "--config",
        adapted("gateway.yaml", 0).toString());
    awaitServing(socket, "helloworld.Greeter");
    awaitServing(socket, "library.v1.Library");
    assertThat(run("list", "--socket", socket.toString()))
        .contains("helloworld.Greeter\n", "library.v1.Library\n");
    assertThat(run("call", "--socket", socket.toString(), "SayHello", "name=world"))
        .isEqualTo("{\"message\":\"Hello world\"}\n");
    assertThat(run("call", "--socket", socket.toString(), "SayHelloStreamReply", "name=world"))
        .hasLineCount(5);
    assertThat(run("call", "--socket", socket.toString(), "CountWords", "text=to be or not"))
        .isEqualTo("{\"words\":\"4\"}\n");

    Path descriptors = folder.resolve("services.binpb");
    Process export =
        session
            .process(grpcos(), "export", "descriptors", "--socket", socket.toString())
            .redirectErrorStream(false)
            .redirectOutput(descriptors.toFile())
            .start();
    assertThat(Session.end(export)).isZero();
    assertThat(FileDescriptorSet.parseFrom(Files.readAllBytes(descriptors)).getFileList())
        .extracting(FileDescriptorProto::getName)
        .contains("helloworld.proto", "library.proto")
        .doesNotHaveDuplicates();
    int port = Ports.free();
    start(
        session.process(
            envoy.toString(),
            "-c",
            adapted("transcoder.yaml", port).toString(),
            "--use-dynamic-base-id",
            "--disable-hot-restart",
            "--concurrency",
            "1"));
    assertThat(post(port, "/helloworld.Greeter/SayHello", "{\"name\":\"curl\"}"))
        .isEqualTo("{\"message\":\"Hello curl\"}");
    assertThat(post(port, "/library.v1.Library/CountWords", "{\"text\":\"a b c\"}"))
        .isEqualTo("{\"words\":\"3\"}");
  }

  /** Returns the Envoy on the PATH; skips the test, with a message, if there is none. */
  private static Path envoy() {
    Optional<Path> found =
        Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
            .map(each -> Path.of(each, "envoy"))
            .filter(Files::isExecutable)
            .findFirst();
    assumeTrue(found.isPresent(), "no envoy on PATH");
    return found.orElseThrow();
  }

  /** Returns a copy of a file with the paths and addresses of this test. */
  private Path adapted(String name, int port) throws IOException {
    String text =
        Files.readString(FOLDER.resolve(name))
            .replace(SOCKET, folder.resolve("envoy.sock").toString())
            .replace(DESCRIPTORS, folder.resolve("services.binpb").toString())
            .replace("port_value: 8080", "port_value: " + port)
            .replace("STRICT_DNS", "STATIC");
    for (String server : List.of("greeter", "library")) {
      text =
          text.replace(
              "socket_address: {address: %s.internal, port_value: 50051}".formatted(server),
              "pipe: {path: %s}".formatted(folder.resolve(server + ".sock")));
    }
    return Files.writeString(folder.resolve(name), text);
  }

  private static String grpcos() {
    return CLONE.bin().resolve("grpcos").toString();
  }

  private void grpcos(String... arguments) throws IOException {
    List<String> line = new ArrayList<>(List.of(grpcos()));
    line.addAll(List.of(arguments));
    start(session.process(line.toArray(new String[0])));
  }

  private void start(ProcessBuilder process) throws IOException {
    File log = folder.resolve("log." + started.size()).toFile();
    started.add(process.redirectOutput(log).start());
  }

  private String run(String... arguments) throws IOException {
    List<String> line = new ArrayList<>(List.of(grpcos()));
    line.addAll(List.of(arguments));
    Process process = session.process(line.toArray(new String[0])).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(Session.end(process)).as("%s: %s", line, output).isZero();
    return output;
  }

  private void awaitServing(Path socket, String service) throws IOException {
    assertThat(run("health", "--socket", socket.toString(), "--wait=3m", service))
        .isEqualTo("SERVING\n");
  }

  private static String post(int port, String path, String json) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json))
            .build();
    long end = System.nanoTime() + 180_000_000_000L;
    while (true) {
      try {
        HttpResponse<String> response =
            HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response.body();
      } catch (ConnectException e) {
        // It does not listen yet.
        assertThat(System.nanoTime()).as("Envoy listens: " + e).isLessThan(end);
        Thread.onSpinWait();
      }
    }
  }
}
