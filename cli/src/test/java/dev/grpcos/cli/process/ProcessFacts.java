package dev.grpcos.cli.process;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.distribution.Command;
import dev.grpcos.cli.distribution.Outcome;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Facts from the kernel and the JVM about a Java process. */
record ProcessFacts(long pid) {
  private static final Pattern USED = Pattern.compile("total \\d+K, used (\\d+)K");

  /** Returns the number of open file descriptors. */
  long descriptors() throws IOException {
    try (Stream<Path> open = Files.list(proc("fd"))) {
      return open.count();
    }
  }

  /** Returns whether a file is open whose path ends with this name. */
  boolean isOpen(String name) throws IOException {
    try (DirectoryStream<Path> links = Files.newDirectoryStream(proc("fd"))) {
      for (Path link : links) {
        if (Files.isSymbolicLink(link) && Files.readSymbolicLink(link).endsWith(name)) {
          return true;
        }
      }
      return false;
    }
  }

  long threads() throws IOException {
    return status("Threads");
  }

  /** Returns the peak of resident memory since {@link #forgetPeak}, in MiB. */
  long peakMebibytes() throws IOException {
    return status("VmHWM") / 1024;
  }

  /** Resets the peak to what is resident now. */
  void forgetPeak() throws IOException {
    Files.writeString(proc("clear_refs"), "5");
  }

  long residentMebibytes() throws IOException {
    return status("VmRSS") / 1024;
  }

  /** Returns the size of the live heap after a collection, in KiB. */
  long heapKibibytes() {
    Matcher used = USED.matcher(jcmd("GC.run", "GC.heap_info"));
    long sum = 0;
    while (used.find()) {
      sum += Long.parseLong(used.group(1));
    }
    return sum;
  }

  /** Returns the names of the loaded classes, with indentation. */
  String classes() {
    return jcmd("VM.class_hierarchy");
  }

  /** Sends the commands to the JVM, and returns their output. */
  private String jcmd(String... commands) {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    Outcome outcome =
        new Command(jcmd, Long.toString(pid), "-f", "/dev/stdin")
            .stdinPipe(String.join("\n", commands).getBytes(US_ASCII))
            .run();
    assertThat(outcome.exit()).as("%s", outcome).isZero();
    return outcome.stdout();
  }

  private long status(String name) throws IOException {
    return Files.readAllLines(proc("status")).stream()
        .filter(line -> line.startsWith(name + ":"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }

  private Path proc(String name) {
    return Path.of("/proc", Long.toString(pid), name);
  }
}
