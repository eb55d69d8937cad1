package dev.grpcos.gateway.http;

import dev.grpcos.gateway.prometheus.PrometheusText;
import dev.grpcos.proto.admin.v1.AdminGrpc;
import dev.grpcos.proto.admin.v1.GetStatusRequest;
import dev.grpcos.proto.admin.v1.GetStatusResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.netty.util.concurrent.EventExecutor;
import org.jspecify.annotations.Nullable;

/**
 * Answers {@code GET /metrics} with the gateway's metrics, which it gets from the admin service as
 * the caller. Another thread writes the text, because it may be long.
 */
final class MetricsExchange extends ClientCall.Listener<GetStatusResponse>
    implements BodilessExchange {
  private final BackgroundPage page;
  private final WorkThreads pages;
  private final EventExecutor loop;
  private @Nullable GetStatusResponse metrics;

  MetricsExchange(HttpReply reply, WorkThreads pages, EventExecutor loop) {
    this.page = new BackgroundPage(reply, "text/plain; version=0.0.4; charset=utf-8");
    this.pages = pages;
    this.loop = loop;
  }

  /** Starts the exchange, and returns it. */
  MetricsExchange begin(Channel channel) {
    ClientCall<GetStatusRequest, GetStatusResponse> call =
        channel.newCall(AdminGrpc.getGetStatusMethod(), CallOptions.DEFAULT.withExecutor(loop));
    call.start(this, new Metadata());
    call.request(1);
    call.sendMessage(GetStatusRequest.newBuilder().setMetrics(true).build());
    call.halfClose();
    return this;
  }

  @Override
  public void onMessage(GetStatusResponse response) {
    metrics = response;
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    GetStatusResponse known = metrics;
    if (!status.isOk() || known == null) {
      page.stop(status.isOk() ? Status.INTERNAL.withDescription("no metrics") : status);
      return;
    }
    BackgroundPage unused = page.begin(() -> PrometheusText.of(known), pages, loop);
  }

  @Override
  public void stop(Status status) {
    page.stop(status);
  }

  @Override
  public void gone() {
    page.gone();
  }
}
