package dev.grpcos.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.util.JsonFormat;
import dev.grpcos.proto.helloworld.HelloReply;
import java.io.BufferedWriter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;

/** Prints messages as lines of JSON: what printing alone costs, with no call to get them by. */
final class JsonFormatLoop {
  private JsonFormatLoop() {}

  /** Arguments: the number of messages. */
  public static void main(String[] arguments) throws IOException {
    int count = Integer.parseInt(arguments[0]);
    JsonFormat.Printer printer = JsonFormat.printer().omittingInsignificantWhitespace();
    try (Writer out =
        new BufferedWriter(
            new OutputStreamWriter(new FileOutputStream(FileDescriptor.out), UTF_8))) {
      for (int i = 1; i <= count; i++) {
        printer.appendTo(HelloReply.newBuilder().setMessage("Hello " + i).build(), out);
        out.write('\n');
      }
    }
  }
}
