package dev.grpcos.cli.daemon;

import java.io.OutputStream;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;

/** Sends the log of this process to one stream. */
final class Logging {
  /** Kept here because the log manager forgets loggers without a reference. */
  private static final Logger ROOT = Logger.getLogger("");

  private static final Logger NETTY = Logger.getLogger("io.netty");
  private static final Logger GRPC = Logger.getLogger("io.grpc");
  private static final Logger PROTOBUF = Logger.getLogger("com.google.protobuf");

  private Logging() {}

  /** Sends the log to this stream, line by line. */
  static void to(OutputStream stream) {
    LogManager.getLogManager().reset();
    Handler handler =
        new StreamHandler(stream, new LogFormat()) {
          @Override
          public synchronized void publish(LogRecord record) {
            super.publish(record);
            flush();
          }
        };
    ROOT.addHandler(handler);
    ROOT.setLevel(Level.INFO);
    // Their warnings are about peers, or known; the gateway logs the relevant ones itself.
    NETTY.setLevel(Level.OFF);
    GRPC.setLevel(Level.SEVERE);
    // It warns about the content of messages, which belongs to their callers.
    PROTOBUF.setLevel(Level.OFF);
  }
}
