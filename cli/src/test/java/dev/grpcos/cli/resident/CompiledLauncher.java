package dev.grpcos.cli.resident;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Compiles the C sources, and puts a script beside the launcher that marks cold runs. */
final class CompiledLauncher {
  private CompiledLauncher() {}

  /** No flags of its own: the distribution's script compiles it. */
  static final List<String> RELEASED = List.of();

  /** Ends the program with a report on standard error if it misuses memory or arithmetic. */
  static final List<String> SANITIZED =
      List.of("-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all");

  /** Compiles {@code bin/grpcos} of this release in a separate folder. */
  static Path compile(Path folder, String release, List<String> flags) throws Exception {
    Path bin = Files.createDirectories(folder.resolve("bin"));
    Path cold = Files.createDirectories(folder.resolve("lib")).resolve("grpcos-jvm");
    Files.writeString(cold, "#!/bin/sh\nprintf 'cold %s\\n' \"$*\"\ncat\nexit 9\n");
    Files.setPosixFilePermissions(cold, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path launcher = bin.resolve("grpcos");
    String version = "-DGRPCOS_VERSION=\"" + release + "\"";
    if (flags.equals(RELEASED)) {
      requireCompiler();
      String script = "src/main/sh/build/launcher.sh";
      assertThat(messages(List.of("sh", script, launcher.toString(), version))).isEmpty();
    } else {
      List<String> arguments = new ArrayList<>(flags);
      arguments.addAll(List.of(version, "-o", launcher.toString(), "src/main/c/grpcos.c"));
      cc(arguments);
    }
    return launcher;
  }

  /** Returns the flags for the sanitizers; the calling test is skipped if they do not work. */
  static List<String> sanitized(Path folder) throws Exception {
    assumeTrue(sanitizersWork(folder), "no C compiler with AddressSanitizer and UBSan");
    return SANITIZED;
  }

  /** Returns whether programs with the sanitizers run on this machine. */
  static boolean sanitizersWork(Path folder) throws Exception {
    Path source = Files.writeString(folder.resolve("nothing.c"), "int main(void) { return 0; }\n");
    Path program = folder.resolve("nothing");
    List<String> arguments = new ArrayList<>(SANITIZED);
    arguments.addAll(List.of("-o", program.toString(), source.toString()));
    try {
      cc(arguments);
      return runs(List.of(program.toString()));
    } catch (AssertionError e) {
      return false; // the compiler does not support them
    } finally {
      Files.delete(source);
      Files.deleteIfExists(program);
    }
  }

  /** Runs the compiler; the calling test is skipped if there is none. */
  static void cc(List<String> arguments) throws Exception {
    requireCompiler();
    List<String> command =
        new ArrayList<>(List.of("cc", "-std=c11", "-Wall", "-Wextra", "-Werror"));
    command.addAll(arguments);
    messages(command);
  }

  private static void requireCompiler() throws InterruptedException {
    assumeTrue(runs(List.of("cc", "--version")), "no C compiler: install cc");
  }

  /** Returns the output of a program, which must succeed. */
  static String messages(List<String> command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String messages = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.waitFor() != 0) {
      throw new AssertionError(messages);
    }
    return messages;
  }

  static boolean runs(List<String> command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false; // there is no such program
    }
  }
}
