package dev.grpcos.cli.packages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.grpcos.cli.distribution.Command;
import dev.grpcos.cli.distribution.Distribution;
import dev.grpcos.cli.distribution.Outcome;
import dev.grpcos.cli.process.ForeignTools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The packages in a Debian that has no Java and nothing else. */
@EnabledIfSystemProperty(
    named = "grpcos.packages",
    matches = ".+",
    disabledReason = "the packages are made and tested with -Pdist")
final class PackagesIT {
  private static final Path PACKAGES = Path.of(System.getProperty("grpcos.packages", ""));
  private static final String GREETING = "{\"message\":\"Hello world\"}\n";

  /** The gateway's files are in a folder whose content is not compared. */
  private static final String GREET =
      "export GRPCOS_SOCKET=/tmp/s/gateway.sock; grpcos gateway start >/dev/null"
          + " && grpcos call Greeter/SayHello name=world && grpcos gateway stop";

  @TempDir Path folder;

  @BeforeAll
  static void requireRoot() throws IOException {
    assumeTrue(
        Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0),
        "needs root, to install packages in a root of their own");
  }

  private static Path file(String prefix, String suffix) throws IOException {
    try (Stream<Path> files = Files.list(PACKAGES)) {
      List<Path> found =
          files
              .filter(file -> file.getFileName().toString().matches(prefix + "[0-9].*" + suffix))
              .toList();
      assertThat(found).hasSize(1);
      return found.get(0);
    }
  }

  private static String install(Path deb) {
    return "apt-get install -y /root/" + deb.getFileName();
  }

  @Test
  void debRunsWithoutJavaAndLeavesOnlyItsConfiguration() throws IOException {
    Path deb = file("grpcos_", ".deb");
    DebianRoot root = DebianRoot.in(folder);
    root.add(deb);
    Set<String> before = root.files();
    assertThat(root.run("command -v java").exit()).isNotZero();
    root.succeed(install(deb));
    assertThat(root.succeed(GREET)).isEqualTo(GREETING);
    assertThat(root.succeed("grpcos gateway check")).isEqualTo("/etc/grpcos/gateway.yaml: ok\n");
    assertThat(root.succeed("getent passwd grpcos")).endsWith(":/usr/sbin/nologin\n");

    root.succeed("apt-get remove -y grpcos");
    Set<String> left = new TreeSet<>(root.files());
    left.removeAll(before);
    assertThat(left).containsExactly("/etc/grpcos", "/etc/grpcos/gateway.yaml");
    root.succeed("apt-get purge -y grpcos");
    assertThat(root.files()).isEqualTo(before);
    assertThat(root.run("getent passwd grpcos").exit()).isNotZero();
  }

  @Test
  void clientDebHasTheCommandOfAGatewayOutside() throws IOException {
    Path deb = file("grpcos-client_", ".deb");
    assertThat(Files.size(deb)).isLessThan(2 << 20);
    DebianRoot root = DebianRoot.in(folder);
    root.add(deb);
    Set<String> before = root.files();
    root.succeed(install(deb));
    assertThat(Files.size(folder.resolve("usr/bin/grpcos"))).isLessThan(2 << 20);
    assertThat(root.has("usr/share/man/man1/grpcos-call.1.gz")).isTrue();
    assertThat(root.has("usr/share/zsh/vendor-completions/_grpcos")).isTrue();
    assertThat(root.has("usr/share/fish/vendor_completions.d/grpcos.fish")).isTrue();
    assertThat(root.has("usr/share/bash-completion/completions/grpcos")).isTrue();

    Path socket = Files.createDirectory(folder.resolve("run/g")).resolve("gateway.sock");
    assertThat(gateway(socket, "start").exit()).isZero();
    try {
      // the same path inside, as for a folder that a container mounts
      root.succeed("mkdir -p " + folder + " && ln -s /run " + folder.resolve("run"));
      String call = "GRPCOS_SOCKET=" + socket + " grpcos call Greeter/SayHello name=world";
      assertThat(root.succeed(call)).isEqualTo(GREETING);
    } finally {
      gateway(socket, "stop");
    }
    root.succeed("apt-get purge -y grpcos-client");
    assertThat(root.files()).isEqualTo(before);
  }

  private static Outcome gateway(Path socket, String command) {
    return new Command(Distribution.built().grpcos(), "gateway", command)
        .with("GRPCOS_SOCKET", socket.toString())
        .run();
  }

  @Test
  void rpmRunsWithoutJavaAndIsRemoved() throws IOException {
    Path rpm = ForeignTools.program("rpm");
    DebianRoot root = DebianRoot.in(folder);
    Set<String> before = root.files();
    // the dependencies are known to another package manager
    List<String> place = List.of("--root", folder.toString(), "--dbpath", "/var/lib/rpm");
    manage(rpm, place, "--install", "--nodeps", file("grpcos-", ".rpm").toString());
    assertThat(root.succeed(GREET)).isEqualTo(GREETING);
    assertSameModes(PACKAGES.resolveSibling("packages/grpcos.rpm"));
    manage(rpm, place, "--erase", "grpcos");
    assertThat(root.files()).isEqualTo(before);

    manage(rpm, place, "--install", "--nodeps", file("grpcos-client-", ".rpm").toString());
    assertThat(root.run("grpcos list").exit()).isEqualTo(78);
    assertSameModes(PACKAGES.resolveSibling("packages/grpcos-client.rpm"));
    manage(rpm, place, "--erase", "grpcos-client");
    assertThat(root.files()).isEqualTo(before);
  }

  private static void manage(Path rpm, List<String> place, String... arguments) {
    DebianRoot.run(rpm, Stream.concat(place.stream(), Stream.of(arguments)).toArray(String[]::new));
  }

  /**
   * Checks that the files of a package are installed with the modes that they were laid out with.
   */
  private void assertSameModes(Path tree) throws IOException {
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path installed = folder.resolve(tree.relativize(file).toString());
        assertThat(Files.getPosixFilePermissions(installed, LinkOption.NOFOLLOW_LINKS))
            .as(installed.toString())
            .isEqualTo(Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS));
      }
    }
  }

  @Test
  void tarFileRunsWithoutJavaAndWithItsClassArchive() throws IOException {
    Path tar = file("grpcos-", ".tar.gz");
    assertThat(Files.size(tar)).isLessThan(64_000_000);
    DebianRoot root = DebianRoot.in(folder);
    DebianRoot.run(Path.of("tar"), "-xf", tar.toString(), "-C", folder.resolve("opt").toString());
    String path = "PATH=$PATH:$(echo /opt/grpcos-*/bin); ";
    assertThat(root.succeed(path + GREET)).isEqualTo(GREETING);
    assertThat(
            root.succeed(
                path + "GRPCOS_COLD=1 GRPCOS_JAVA_OPTS=-Xlog:class+load grpcos completion bash"))
        .contains("dev.grpcos.cli.Main source: shared objects file");
  }

  @Test
  void systemdAcceptsTheUnits() throws IOException {
    Path tool = ForeignTools.program("systemd-analyze");
    Path launcher = Distribution.built().grpcos();
    for (String manager : List.of("system", "user")) {
      Path units = Files.createDirectory(folder.resolve(manager));
      for (String unit : List.of("grpcos.service", "grpcos.socket")) {
        String text =
            Files.readString(
                PACKAGES.resolveSibling(
                    "packages/grpcos.deb/usr/lib/systemd/" + manager + "/" + unit));
        Files.writeString(
            units.resolve(unit), text.replace("=/usr/bin/grpcos ", "=" + launcher + " "));
      }
      Outcome outcome =
          new Command(
                  tool,
                  "--" + manager,
                  "verify",
                  "--man=no",
                  units.resolve("grpcos.service").toString(),
                  units.resolve("grpcos.socket").toString())
              .with("XDG_RUNTIME_DIR", folder.toString())
              .run();
      assertThat(outcome).isEqualTo(new Outcome(0, "", ""));
    }
  }

  @Test
  void lintianFindsNoError() throws IOException {
    DebianRoot.run(
        ForeignTools.program("lintian"),
        "--allow-root",
        "--fail-on=error",
        file("grpcos_", ".deb").toString(),
        file("grpcos-client_", ".deb").toString());
  }

  @Test
  void imagesAreBuiltFromThePackages() throws IOException {
    Path buildah = ForeignTools.program("buildah");
    List<String> place =
        List.of(
            "--storage-driver=vfs",
            "--root=" + folder.resolve("images"),
            "--runroot=" + folder.resolve("run"));
    // stands for the image of the same name, which is not in reach of every machine
    String base = buildah(buildah, place, "from", "scratch").strip();
    buildah(buildah, place, "add", "--quiet", base, DebianRoot.archive().toString(), "/");
    buildah(buildah, place, "commit", "--quiet", base, "localhost/debian:stable-slim");
    for (String name : List.of("Containerfile", "Containerfile.client")) {
      buildah(
          buildah,
          place,
          "build",
          "--pull=never",
          "--quiet",
          "--isolation=chroot",
          "--file=" + PACKAGES.resolve(name),
          "--tag=" + name.toLowerCase(Locale.ROOT),
          PACKAGES.toString());
    }
    String full = buildah(buildah, place, "from", "--pull=never", "containerfile").strip();
    assertThat(
            buildah(
                buildah,
                place,
                "run",
                "--isolation=chroot",
                full,
                "--",
                "sh",
                "-c",
                "id -u; " + GREET))
        .isEqualTo("65532\n" + GREETING);
    String client = buildah(buildah, place, "from", "--pull=never", "containerfile.client").strip();
    Path files = Path.of(buildah(buildah, place, "mount", client).strip());
    try (Stream<Path> all = Files.walk(files)) {
      assertThat(all.filter(Files::isRegularFile).map(files::relativize))
          .containsExactly(Path.of("usr/bin/grpcos"));
    }
  }

  private static String buildah(Path buildah, List<String> place, String... arguments) {
    return DebianRoot.run(
        buildah, Stream.concat(place.stream(), Stream.of(arguments)).toArray(String[]::new));
  }
}
