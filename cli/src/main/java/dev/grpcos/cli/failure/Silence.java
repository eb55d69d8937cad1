package dev.grpcos.cli.failure;

import dev.grpcos.gateway.text.DurationText;
import io.grpc.Status;
import java.time.Duration;

/** A server that did not answer in time, in plain words: grpc-java's speak of its insides. */
public final class Silence {
  private Silence() {}

  /**
   * Whether a call got this status because its own deadline passed, and not from the server; also
   * where that is told among other things.
   */
  public static boolean isIn(Status status) {
    String description = status.getDescription();
    return status.getCode() == Status.Code.DEADLINE_EXCEEDED
        && description != null
        && description.contains("CallOptions deadline");
  }

  /** What to say of a server that has not answered for so long. */
  public static String words(Duration time) {
    return "no answer within " + DurationText.of(time);
  }
}
