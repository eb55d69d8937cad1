package dev.grpcos.cli.filter;

import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.filter.WorkerFrames.WorkerFrame;
import dev.grpcos.gateway.json.JsonSink;
import dev.grpcos.gateway.json.JsonText;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.SynchronousQueue;

/**
 * Evaluates the expressions of commands, one after the other, in a separate process for {@link
 * FilterProcess}.
 *
 * <p>Expressions are programs of users, and the interpreter can neither be interrupted nor limited
 * in all its operations. The process that started this one kills it instead.
 */
public final class FilterWorker {
  private final SynchronousQueue<WorkerFrame> requests = new SynchronousQueue<>();
  private final DataOutputStream answers;
  private JsonSink filter = (value, stream) -> {};

  private FilterWorker(OutputStream answers) {
    this.answers = new DataOutputStream(new BufferedOutputStream(answers));
  }

  /**
   * Serves requests forever; the process ends at the end of the requests, even if an expression is
   * still being evaluated.
   */
  public static void run(InputStream requests, OutputStream answers)
      throws IOException, InterruptedException {
    FilterWorker worker = new FilterWorker(answers);
    Thread reader = new Thread(() -> worker.read(requests), "requests");
    reader.setDaemon(true);
    reader.start();
    worker.serve();
  }

  private void read(InputStream stream) {
    try {
      DataInputStream frames = new DataInputStream(new BufferedInputStream(stream));
      while (true) {
        requests.put(WorkerFrames.read(frames, Integer.MAX_VALUE));
      }
    } catch (IOException | InterruptedException e) {
      Runtime.getRuntime().halt(0); // the gateway has ended
    } catch (OutOfMemoryError e) {
      Runtime.getRuntime().halt(FilterProcess.OUT_OF_MEMORY); // a value that is too large
    }
  }

  private void serve() throws IOException, InterruptedException {
    WorkerFrames.write(answers, WorkerFrames.DONE, "");
    answers.flush();
    while (true) {
      WorkerFrame request = requests.take();
      try {
        if (request.type() == WorkerFrames.COMPILE) {
          filter = compile(request.text());
        } else {
          filter.write(request.json(), answers);
        }
        WorkerFrames.write(answers, WorkerFrames.DONE, "");
      } catch (CliException e) {
        WorkerFrames.write(
            answers, WorkerFrames.ERROR, (char) e.exitCode() + String.valueOf(e.getMessage()));
      } catch (OutOfMemoryError e) {
        Runtime.getRuntime().halt(FilterProcess.OUT_OF_MEMORY);
      }
      answers.flush();
    }
  }

  private JsonSink compile(String request) {
    int end = request.indexOf('\n');
    boolean raw = request.charAt(0) == WorkerFrames.RAW;
    return JqFilter.compile(request.substring(end + 1), request.substring(1, end), results(raw));
  }

  private FilterOutput results(boolean raw) {
    return new FilterOutput() {
      @Override
      public boolean raw() {
        return raw;
      }

      @Override
      public void write(JsonText value, OutputStream stream) throws IOException {
        WorkerFrames.write(answers, WorkerFrames.JSON, value.array(), value.length());
        answers.flush();
      }

      @Override
      public void write(String value, OutputStream stream) throws IOException {
        WorkerFrames.write(answers, WorkerFrames.STRING, value);
        answers.flush();
      }
    };
  }
}
