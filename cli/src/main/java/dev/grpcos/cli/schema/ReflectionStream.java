package dev.grpcos.cli.schema;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Questions that share a reflection stream, many of them on their way at once: an answer takes a
 * round trip, and a server may have thousands of services.
 *
 * <p>Answers come in the order of the questions. The stream is half-closed with the last question,
 * because one that is left open keeps some proxies from ending the connection.
 */
final class ReflectionStream extends ClientCall.Listener<ServerReflectionResponse> {
  /** How many questions may wait for their answers, so that neither side has to keep more. */
  static final int WINDOW = 64;

  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

  private ReflectionStream() {}

  /** An answer, or where there is none the end of the stream. */
  private record Event(
      @Nullable ServerReflectionResponse answer, Status status, Metadata trailers) {}

  /**
   * Asks and waits until the stream has ended.
   *
   * @param answers gets the answers; fewer than there are questions if the stream ends before
   * @throws StatusRuntimeException if the stream fails before all is answered
   */
  static void ask(
      ClientCall<ServerReflectionRequest, ServerReflectionResponse> call,
      List<ServerReflectionRequest> questions,
      List<ServerReflectionResponse> answers) {
    ReflectionStream stream = new ReflectionStream();
    int answered = 0;
    int sent = 0;
    try {
      call.start(stream, new Metadata());
      while (true) {
        while (sent < questions.size() && sent < answered + WINDOW) {
          call.sendMessage(questions.get(sent++));
          if (sent == questions.size()) {
            call.halfClose();
          }
        }
        call.request(1);
        Event event = stream.events.take();
        if (event.answer() != null) {
          if (answered < questions.size()) {
            answers.add(event.answer());
            answered++;
          }
        } else if (event.status().isOk() || answered == questions.size()) {
          return;
        } else {
          throw event.status().asRuntimeException(event.trailers());
        }
      }
    } catch (InterruptedException e) {
      call.cancel("interrupted", e);
      Thread.currentThread().interrupt();
      throw Status.CANCELLED.withDescription("interrupted").withCause(e).asRuntimeException();
    }
  }

  @Override
  public void onMessage(ServerReflectionResponse answer) {
    events.add(new Event(answer, Status.OK, new Metadata()));
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    events.add(new Event(null, status, trailers));
  }
}
