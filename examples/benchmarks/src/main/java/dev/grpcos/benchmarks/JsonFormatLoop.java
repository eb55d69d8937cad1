package dev.grpcos.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.util.JsonFormat;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;

/** Prints messages as lines of JSON: the reference for the cost of JSON without a call. */
final class JsonFormatLoop {
  private JsonFormatLoop() {}

  /**
   * Prints the messages. Argument: their number; without it, one message is printed for each line
   * of standard input.
   */
  public static void main(String[] arguments) throws IOException {
    try (Writer out =
        new BufferedWriter(
            new OutputStreamWriter(new FileOutputStream(FileDescriptor.out), UTF_8))) {
      if (arguments.length == 0) {
        answer(out);
      } else {
        print(Integer.parseInt(arguments[0]), out);
      }
    }
  }

  private static void print(int count, Writer out) throws IOException {
    JsonFormat.Printer printer = JsonFormat.printer().omittingInsignificantWhitespace();
    for (int i = 1; i <= count; i++) {
      printer.appendTo(HelloReply.newBuilder().setMessage("Hello " + i).build(), out);
      out.write('\n');
    }
  }

  private static void answer(Writer out) throws IOException {
    JsonFormat.Parser parser = JsonFormat.parser();
    JsonFormat.Printer printer = JsonFormat.printer().omittingInsignificantWhitespace();
    BufferedReader in =
        new BufferedReader(new InputStreamReader(new FileInputStream(FileDescriptor.in), UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      HelloRequest.Builder request = HelloRequest.newBuilder();
      parser.merge(line, request);
      printer.appendTo(
          HelloReply.newBuilder().setMessage("Hello " + request.getName()).build(), out);
      out.write('\n');
    }
  }
}
