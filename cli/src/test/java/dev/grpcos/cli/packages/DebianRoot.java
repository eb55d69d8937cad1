package dev.grpcos.cli.packages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.distribution.Command;
import dev.grpcos.cli.distribution.Outcome;
import dev.grpcos.cli.process.ForeignTools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The smallest Debian with apt, without Java, in a folder.
 *
 * @param folder the root of its file system
 */
record DebianRoot(Path folder) {
  private static final Duration LONG = Duration.ofMinutes(8);

  /** Files that apt and dpkg write, and temporary folders. */
  private static final String OTHERS =
      "/(dev|proc|root|run|sys|tmp)/.*|/var/(cache|log|lib/(apt|dpkg|rpm))\\b.*|/etc/.*-";

  /** Returns a tar file of the root, which the first use makes from Debian's packages. */
  static Path archive() throws IOException {
    Path archive = Path.of("target", "debian-root.tar").toAbsolutePath();
    if (Files.notExists(archive)) {
      Path tool = ForeignTools.program("mmdebstrap");
      String release = run(Path.of("/bin/sh"), "-c", ". /etc/os-release; echo $VERSION_CODENAME");
      Path made = archive.resolveSibling("debian-root.made.tar");
      run(tool, "--quiet", "--variant=minbase", release.strip(), made.toString());
      Files.move(made, archive);
    }
    return archive;
  }

  /** Unpacks a new root into an empty folder. */
  static DebianRoot in(Path folder) throws IOException {
    run(Path.of("tar"), "-xf", archive().toString(), "-C", folder.toString());
    return new DebianRoot(folder);
  }

  /** Runs a program of this machine, which must succeed, and returns its standard output. */
  static String run(Path program, String... arguments) {
    Outcome outcome = new Command(program, arguments).start().end(LONG);
    assertThat(outcome.exit()).as(outcome.toString()).isZero();
    return outcome.stdout();
  }

  /** Runs a shell command inside; its processes end with it. */
  Outcome run(String command) {
    return new Command(
            Path.of("unshare"),
            "--mount",
            "--pid",
            "--fork",
            "--kill-child",
            "--mount-proc=" + folder.resolve("proc"),
            "chroot",
            folder.toString(),
            "/bin/sh",
            "-c",
            command)
        .without("JAVA_HOME")
        .with("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
        .with("HOME", "/root")
        .with("DEBIAN_FRONTEND", "noninteractive")
        .start()
        .end(LONG);
  }

  /** Runs a shell command inside, which must succeed, and returns its standard output. */
  String succeed(String command) {
    Outcome outcome = run(command);
    assertThat(outcome.exit()).as(outcome.toString()).isZero();
    return outcome.stdout();
  }

  /** Copies a file to {@code /root}. */
  void add(Path file) throws IOException {
    Files.copy(file, folder.resolve("root").resolve(file.getFileName()));
  }

  /** Returns the paths of all files and folders, except those of apt and dpkg. */
  Set<String> files() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .map(file -> "/" + folder.relativize(file))
          .filter(path -> !path.matches(OTHERS))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  /** Returns whether there is a file, folder or link. */
  boolean has(String path) {
    return Files.exists(folder.resolve(path), LinkOption.NOFOLLOW_LINKS);
  }
}
