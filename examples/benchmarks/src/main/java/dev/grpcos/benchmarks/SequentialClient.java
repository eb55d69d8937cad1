package dev.grpcos.benchmarks;

import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * Makes unary calls on one connection, one after the other.
 *
 * <p>Each line of standard input names a method and a number of calls; the total time in
 * microseconds is printed. It can call any method whose request and reply are messages with one
 * string. The first failure ends the program.
 */
final class SequentialClient {
  private SequentialClient() {}

  /** Runs the client. Argument: the socket. */
  public static void main(String[] arguments) throws IOException {
    ManagedChannel channel = new BenchmarkChannels(arguments[0]).builder().build();
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      String[] words = line.split(" ", -1);
      System.out.println(microseconds(channel, words[0], Integer.parseInt(words[1])));
    }
    channel.shutdownNow();
  }

  private static long microseconds(ManagedChannel channel, String method, int calls) {
    MethodDescriptor<HelloRequest, HelloReply> named =
        GreeterGrpc.getSayHelloMethod().toBuilder().setFullMethodName(method).build();
    HelloRequest request = HelloRequest.newBuilder().setName("world").build();
    long begin = System.nanoTime();
    for (int i = 0; i < calls; i++) {
      HelloReply reply =
          ClientCalls.blockingUnaryCall(channel, named, CallOptions.DEFAULT, request);
      if (!reply.getMessage().endsWith("world")) {
        throw new IllegalStateException(method + " answered " + reply);
      }
    }
    return (System.nanoTime() - begin) / 1000;
  }
}
