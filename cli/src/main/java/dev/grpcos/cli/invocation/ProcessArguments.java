package dev.grpcos.cli.invocation;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The arguments of this process, of which Java tells only what it made of them. */
public final class ProcessArguments {
  private static final Path BYTES = Path.of("/proc/self/cmdline");

  private ProcessArguments() {}

  /**
   * The place of the first argument that is not valid UTF-8, from 1; 0 if all are.
   *
   * @param arguments as Java has them, with U+FFFD in the place of what is not
   * @throws IOException if procfs can't be read
   */
  public static int invalid(String[] arguments) throws IOException {
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i].indexOf('\uFFFD') >= 0) {
        List<ByteBuffer> all = all();
        // Those of the JVM stand before them.
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
