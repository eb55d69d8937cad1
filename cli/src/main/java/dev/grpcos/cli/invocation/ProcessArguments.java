package dev.grpcos.cli.invocation;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The raw arguments of this process, which Java only passes on after decoding. */
public final class ProcessArguments {
  private static final Path BYTES = Path.of("/proc/self/cmdline");

  private ProcessArguments() {}

  /**
   * Returns the position of the first argument that is not valid UTF-8, from 1; 0 if all are valid.
   *
   * @param arguments the arguments that Java decoded, with U+FFFD in place of invalid bytes
   * @throws IOException if procfs cannot be read
   */
  public static int invalid(String[] arguments) throws IOException {
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i].indexOf('\uFFFD') >= 0) {
        List<ByteBuffer> all = all();
        // The arguments of the JVM come first.
        if (!isValid(all.get(all.size() - arguments.length + i))) {
          return i + 1;
        }
      }
    }
    return 0;
  }

  private static List<ByteBuffer> all() throws IOException {
    byte[] bytes = Files.readAllBytes(BYTES);
    List<ByteBuffer> all = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == 0) {
        all.add(ByteBuffer.wrap(bytes, from, i - from));
        from = i + 1;
      }
    }
    return all;
  }

  private static boolean isValid(ByteBuffer argument) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(argument);
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
