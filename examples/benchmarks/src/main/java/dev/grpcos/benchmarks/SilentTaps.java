package dev.grpcos.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.grpcos.proto.admin.v1.AdminGrpc;
import dev.grpcos.proto.admin.v1.TapRequest;
import dev.grpcos.proto.admin.v1.TapResponse;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Taps of a gateway, each on a connection of its own, that read none of the calls that they report.
 */
final class SilentTaps {
  /** The bytes that the gateway may send before a tap reads; the default of most clients. */
  private static final int WINDOW = (1 << 16) - 1;

  private final BenchmarkChannels channels;
  private final List<ManagedChannel> opened = new ArrayList<>();
  private volatile boolean closing;

  private SilentTaps(BenchmarkChannels channels) {
    this.channels = channels;
  }

  /**
   * Opens all taps for each line {@code open} of stdin and closes them for each other line, and
   * then prints a line. Arguments: the socket, and the number of taps.
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    SilentTaps taps = new SilentTaps(new BenchmarkChannels(arguments[0]));
    BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, US_ASCII));
    for (String command = commands.readLine(); command != null; command = commands.readLine()) {
      if (command.equals("open")) {
        taps.open(Integer.parseInt(arguments[1]));
      } else {
        taps.close();
      }
      System.out.println("done");
    }
  }

  private void open(int number) throws InterruptedException {
    closing = false;
    CountDownLatch responses = new CountDownLatch(number);
    for (int i = 0; i < number; i++) {
      ManagedChannel channel = channels.builder().flowControlWindow(WINDOW).build();
      opened.add(channel);
      tap(channel, responses);
    }
    responses.await();
  }

  private void tap(ManagedChannel channel, CountDownLatch responses) {
    ClientCall<TapRequest, TapResponse> call =
        channel.newCall(AdminGrpc.getTapMethod(), CallOptions.DEFAULT);
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onMessage(TapResponse first) {
            responses.countDown(); // and requests no other
          }

          @Override
          public void onClose(Status status, Metadata trailers) {
            if (!closing) {
              System.err.println("a tap ended: " + status);
              Runtime.getRuntime().halt(1);
            }
          }
        },
        new Metadata());
    call.request(1);
    call.sendMessage(TapRequest.getDefaultInstance());
    call.halfClose();
  }

  private void close() throws InterruptedException {
    closing = true;
    opened.forEach(ManagedChannel::shutdownNow);
    for (ManagedChannel channel : opened) {
      if (!channel.awaitTermination(1, TimeUnit.MINUTES)) {
        throw new IllegalStateException("a connection is still open after a minute");
      }
    }
    opened.clear();
  }
}
