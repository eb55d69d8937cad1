package dev.grpcos.gateway.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.util.concurrent.EventExecutor;
import java.util.List;

/**
 * Answers {@code GET /healthz} with the gateway's health: 200 if it is SERVING, else 503. The query
 * {@code service=NAME} selects a service.
 *
 * @see <a href="https://grpc.io/docs/guides/health-checking/">gRPC health checking</a>
 */
final class HealthExchange extends ClientCall.Listener<HealthCheckResponse>
    implements BodilessExchange {
  private final HttpReply reply;
  private ServingStatus health = ServingStatus.UNKNOWN;
  private boolean done;

  HealthExchange(HttpReply reply) {
    this.reply = reply;
  }

  /** Starts the exchange, and returns it. */
  HealthExchange begin(Channel channel, QueryStringDecoder target, EventExecutor loop) {
    String service = target.parameters().getOrDefault("service", List.of("")).get(0);
    ClientCall<HealthCheckRequest, HealthCheckResponse> call =
        channel.newCall(HealthGrpc.getCheckMethod(), CallOptions.DEFAULT.withExecutor(loop));
    call.start(this, new Metadata());
    call.request(1);
    call.sendMessage(HealthCheckRequest.newBuilder().setService(service).build());
    call.halfClose();
    return this;
  }

  @Override
  public void onMessage(HealthCheckResponse response) {
    health = response.getStatus();
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    if (done) {
      return;
    }
    if (!status.isOk()) {
      stop(status);
      return;
    }
    done = true;
    send(reply, health);
  }

  /** Answers a request with this status. */
  static void send(HttpReply reply, ServingStatus health) {
    HttpHeaders fields = new DefaultHttpHeaders();
    fields.set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON);
    fields.set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE);
    reply.whole(
        health == ServingStatus.SERVING
            ? HttpResponseStatus.OK
            : HttpResponseStatus.SERVICE_UNAVAILABLE,
        fields,
        "{\"status\":\"%s\"}\n".formatted(health).getBytes(US_ASCII));
  }

  @Override
  public void stop(Status status) {
    if (!done) {
      done = true;
      reply.error(status);
    }
  }

  @Override
  public void gone() {
    done = true;
  }
}
