package dev.grpcos.cli.output;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.DynamicMessage;
import dev.grpcos.cli.call.CallFigures;
import dev.grpcos.cli.call.CallObserver;
import dev.grpcos.cli.call.CallObservers;
import dev.grpcos.cli.call.NumberedRequest;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.gateway.json.ResponseWriter;
import io.grpc.Metadata;
import io.grpc.Status;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Writes the requests of failed calls to a file, one line of JSON each, in the order of the input.
 *
 * <p>A request is held until all calls before it have ended. If too much would be held, because a
 * call takes long and the others do not wait for it, the order is given up.
 */
public final class FailedRequests implements CallObservers {
  private static final long MAX_HELD = 16 << 20;

  private final CallObservers next;
  private final Set<Status.Code> accepted;
  private final ResponseWriter writer;
  private final OutputStream file;
  private final String name;
  private final TreeSet<Long> running = new TreeSet<>();
  private final TreeMap<Long, byte[]> held = new TreeMap<>();
  private long heldBytes;

  /**
   * Creates a writer of failed requests.
   *
   * @param accepted codes that are not failures
   * @param writer writes requests on one line each
   * @param name the file's name, for messages
   */
  public FailedRequests(
      CallObservers next,
      Set<Status.Code> accepted,
      ResponseWriter writer,
      OutputStream file,
      String name) {
    this.next = next;
    this.accepted = accepted;
    this.writer = writer;
    this.file = file;
    this.name = name;
  }

  @Override
  public CallObserver started(NumberedRequest request) {
    CallObserver observer = next.started(request);
    running.add(request.number());
    return new CallObserver() {
      @Override
      public void headers(Metadata headers, long after) {
        observer.headers(headers, after);
      }

      @Override
      public void response(DynamicMessage response, long after) {
        observer.response(response, after);
      }

      @Override
      public void closed(Status status, Metadata trailers, CallFigures figures) {
        observer.closed(status, trailers, figures);
        ended(request, status.getCode());
      }
    };
  }

  @Override
  public void idle() {
    next.idle();
  }

  private void ended(NumberedRequest request, Status.Code code) {
    running.remove(request.number());
    DynamicMessage message = request.message();
    if (code != Status.Code.OK && !accepted.contains(code) && message != null) {
      byte[] line = (writer.toJson(message) + "\n").getBytes(UTF_8);
      held.put(request.number(), line);
      heldBytes += line.length;
    }
    while (!held.isEmpty()
        && (running.isEmpty() || held.firstKey() < running.first() || heldBytes > MAX_HELD)) {
      Map.Entry<Long, byte[]> first = held.pollFirstEntry();
      heldBytes -= first.getValue().length;
      write(first.getValue());
    }
  }

  private void write(byte[] line) {
    try {
      file.write(line);
      file.flush();
    } catch (IOException e) {
      throw CliException.failure(e, "--failed %s cannot be written: %s", name, e.getMessage());
    }
  }
}
