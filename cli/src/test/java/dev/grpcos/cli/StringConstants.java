package dev.grpcos.cli;

import com.tngtech.archunit.core.domain.JavaClass;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The string constants of a class file, including those of concatenations.
 *
 * @see <a href="https://docs.oracle.com/javase/specs/jvms/se17/html/jvms-4.html#jvms-4.4">the
 *     constant pool</a>
 */
final class StringConstants {
  private StringConstants() {}

  static List<String> of(JavaClass type) {
    try (DataInputStream in =
        new DataInputStream(type.getSource().orElseThrow().getUri().toURL().openStream())) {
      in.skipNBytes(8); // the magic number and the version
      return read(in);
    } catch (IOException e) {
      throw new UncheckedIOException(type.getName(), e);
    }
  }

  private static List<String> read(DataInputStream in) throws IOException {
    int count = in.readUnsignedShort();
    Map<Integer, String> texts = new HashMap<>();
    List<Integer> strings = new ArrayList<>();
    for (int i = 1; i < count; i++) {
      int tag = in.readUnsignedByte();
      switch (tag) {
        case 1 -> texts.put(i, in.readUTF());
        case 8 -> strings.add(in.readUnsignedShort());
        case 7, 16, 19, 20 -> in.skipNBytes(2);
        case 15 -> in.skipNBytes(3);
        case 3, 4, 9, 10, 11, 12, 17, 18 -> in.skipNBytes(4);
        case 5, 6 -> {
          in.skipNBytes(8);
          i++; // a long or a double has two entries
        }
        default -> throw new IOException("constant of the unknown kind " + tag);
      }
    }
    return strings.stream().map(texts::get).toList();
  }
}
