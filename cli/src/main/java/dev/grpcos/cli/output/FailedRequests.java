package dev.grpcos.cli.output;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.DynamicMessage;
import dev.grpcos.cli.call.CallObserver;
import dev.grpcos.cli.call.CallObservers;
import dev.grpcos.cli.call.NumberedRequest;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.gateway.json.ResponseWriter;
import io.grpc.Status;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Writes the requests of failed calls to a file, one line of JSON each, in the order of the input.
 *
 * <p>A request is held until all calls before it have ended, or the batch ends. If too much would
 * be held, because a call takes long and the others do not wait for it, the order is given up.
 *
 * <p>The calls' thread reports the calls; any thread may interrupt the batch.
 */
public final class FailedRequests implements CallObservers, AutoCloseable {
  private static final long MAX_HELD = 16 << 20;

  /** The time for which an interruption waits for a write to the file. */
  private static final long BUSY_MILLIS = 500;

  private final CallObservers next;
  private final Set<Status.Code> accepted;
  private final ResponseWriter writer;
  private final OutputStream file;
  private final String name;
  private final TreeSet<Long> running = new TreeSet<>();
  private final TreeMap<Long, byte[]> held = new TreeMap<>();
  private final ReentrantLock lock = new ReentrantLock(); // for all of these
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
    lock.lock();
    try {
      running.add(request.number());
    } finally {
      lock.unlock();
    }
    return new ObservedCall(observer, code -> ended(request, code));
  }

  @Override
  public void idle() {
    next.idle();
  }

  private void ended(NumberedRequest request, Status.Code code) {
    lock.lock();
    try {
      account(request, code);
    } finally {
      lock.unlock();
    }
  }

  private void account(NumberedRequest request, Status.Code code) {
    running.remove(request.number());
    DynamicMessage message = request.message();
    if (code != Status.Code.OK && !accepted.contains(code) && message != null) {
      byte[] line = (writer.toJson(message) + "\n").getBytes(UTF_8);
      held.put(request.number(), line);
      heldBytes += line.length;
    }
    while (!held.isEmpty()
        && (running.isEmpty() || held.firstKey() < running.first() || heldBytes > MAX_HELD)) {
      writeFirst();
    }
  }

  private void writeFirst() {
    Map.Entry<Long, byte[]> first = held.pollFirstEntry();
    heldBytes -= first.getValue().length;
    write(first.getValue());
  }

  private void writeHeld() {
    while (!held.isEmpty()) {
      writeFirst();
    }
  }

  /**
   * Writes the requests that are held.
   *
   * @throws CliException FAILURE if the file cannot be written
   */
  @Override
  public void close() {
    lock.lock();
    try {
      writeHeld();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Writes the requests that are held, because a signal ends the command.
   *
   * @return why they cannot be written; empty if they were
   */
  String interrupt() {
    boolean locked = false;
    try {
      locked = lock.tryLock(BUSY_MILLIS, TimeUnit.MILLISECONDS);
      if (!locked) {
        return "--failed %s cannot be written: a write does not end".formatted(name);
      }
      writeHeld();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (CliException e) {
      return String.valueOf(e.getMessage());
    } finally {
      if (locked) {
        lock.unlock();
      }
    }
    return "";
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
