package dev.grpcos.benchmarks;

import dev.grpcos.proto.admin.v1.AdminGrpc;
import dev.grpcos.proto.admin.v1.TapRequest;
import dev.grpcos.proto.admin.v1.TapResponse;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.concurrent.CountDownLatch;

/**
 * Opens taps of a gateway, each on a connection of its own, and reads none of the calls that they
 * report.
 */
final class SilentTaps {
  /** The bytes that the gateway may send before a tap reads; the default of most clients. */
  private static final int WINDOW = (1 << 16) - 1;

  private SilentTaps() {}

  /**
   * Opens the taps, prints a line, and keeps them open until it is killed. Arguments: the socket,
   * and the number of taps.
   */
  public static void main(String[] arguments) throws InterruptedException {
    int taps = Integer.parseInt(arguments[1]);
    BenchmarkChannels channels = new BenchmarkChannels(arguments[0]);
    CountDownLatch open = new CountDownLatch(taps);
    for (int i = 0; i < taps; i++) {
      tap(channels.builder().flowControlWindow(WINDOW).build(), open);
    }
    open.await();
    System.out.println("open");
    new CountDownLatch(1).await();
  }

  private static void tap(ManagedChannel channel, CountDownLatch open) {
    ClientCall<TapRequest, TapResponse> call =
        channel.newCall(AdminGrpc.getTapMethod(), CallOptions.DEFAULT);
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onMessage(TapResponse first) {
            open.countDown(); // and requests no other
          }

          @Override
          public void onClose(Status status, Metadata trailers) {
            System.err.println("a tap ended: " + status);
            Runtime.getRuntime().halt(1);
          }
        },
        new Metadata());
    call.request(1);
    call.sendMessage(TapRequest.getDefaultInstance());
    call.halfClose();
  }
}
