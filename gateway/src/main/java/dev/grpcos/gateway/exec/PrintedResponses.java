package dev.grpcos.gateway.exec;

import com.google.protobuf.ByteString;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Converts the output of one call's program into the call's responses, and its exit into the call's
 * status. Confined to the call's event loop.
 *
 * <p>A response of a stream is converted and sent when the caller is ready for it; until then no
 * more output is read.
 */
final class PrintedResponses {
  private final Caller caller;
  private final boolean oneResponse;
  private final MethodText text;
  private final ExecRuntime runtime;
  private final Runnable progress;
  private final Consumer<Status> failure;
  private final ProgramOutput output;
  private final ScriptMetadata metadata;

  /** Whether a response is being converted. All later output waits for it. */
  private boolean converting;

  private boolean sending;
  private @Nullable ProgramStatus end;
  private long texts;

  /**
   * The memory of the response that is being converted, or of the single response until it is sent.
   */
  private long held;

  /**
   * Creates an object without responses.
   *
   * @param oneResponse whether the complete output is one response, instead of each line
   * @param progress runs when more output may be read, or the call has its status
   * @param failure ends the call
   */
  PrintedResponses(
      Caller caller,
      boolean oneResponse,
      MethodText text,
      ExecRuntime runtime,
      Runnable progress,
      Consumer<Status> failure) {
    this.caller = caller;
    this.oneResponse = oneResponse;
    this.text = text;
    this.runtime = runtime;
    this.progress = progress;
    this.failure = failure;
    output = new ProgramOutput(caller.program().name(), !oneResponse, text, runtime.memory());
    metadata = new ScriptMetadata(runtime.metadataBytes());
  }

  /** Returns whether all complete responses are sent, so that more output can be read. */
  boolean allSent() {
    return output.isExhausted() && !converting;
  }

  /** Adds bytes that the program wrote to descriptor 3. */
  void addMetadata(ByteString written) throws BadOutputException {
    metadata.add(written.toByteArray());
  }

  /** Adds bytes that the program wrote to standard output. */
  void add(ByteString printed) throws BadOutputException {
    output.add(printed);
    send();
  }

  /** Takes the program's status and ends the output. */
  void end(ProgramStatus status) {
    end = status;
    if (status.status().isOk()) {
      output.end();
    } else {
      output.discard(); // at most an incomplete line
    }
    send();
  }

  /** Sends responses while the caller is ready for them, and then the status. */
  void send() {
    if (sending) {
      return; // the caller asked for more inside of the send
    }
    sending = true;
    try {
      while (caller.isOpen() && !converting && (oneResponse || caller.isReady())) {
        ByteString printed = output.next();
        if (printed != null) {
          convert(printed);
        } else if (output.isExhausted()) {
          finish();
          return;
        }
      }
    } catch (BadOutputException e) {
      failure.accept(e.status(caller.program().name()));
    } finally {
      sending = false;
    }
  }

  private void convert(ByteString printed) {
    long number = ++texts;
    held = printed.size();
    converting = true;
    runtime
        .background()
        .convert(
            printed.size(),
            caller.tasks(),
            () -> {
              try {
                return new Converted(
                    oneResponse ? text.onlyResponse(printed) : text.response(printed, number));
              } catch (BadOutputException e) {
                throw e.status(caller.program().name()).asException();
              }
            },
            this::send,
            failure);
  }

  /** A response, or null for a blank line. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Converted(byte @Nullable [] response) {}

  private void send(Converted converted) {
    converting = false;
    byte[] response = converted.response;
    if (response != null) {
      caller.sendHeaders(metadata.sendHeaders());
      caller.send(response);
    }
    if (!oneResponse) {
      release(); // now the transport counts it for isReady
    }
    send();
    progress.run();
  }

  private void finish() {
    ProgramStatus status = end;
    if (status == null) {
      return;
    }
    Metadata trailers = metadata.trailers();
    trailers.merge(status.trailers());
    if (metadata.hasHeaders()) {
      caller.sendHeaders(metadata.sendHeaders());
    }
    caller.close(status.status(), trailers);
    progress.run();
  }

  /** Drops the responses that are not sent. */
  void discard() {
    output.discard();
  }

  /** Releases the memory of the sent response. */
  void release() {
    runtime.memory().release(held);
    held = 0;
  }
}
