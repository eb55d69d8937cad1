package dev.grpcos.gateway.forward;

import io.grpc.Status;
import java.io.FileNotFoundException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Statuses that were made on the way to a server, in words that name the server. */
public final class Failure {
  /** What Netty puts in front of what the kernel said. */
  private static final Pattern SYSTEM_CALL =
      Pattern.compile("\\w+\\(\\.\\.\\) failed with error\\(-\\d+\\): ");

  private Failure() {}

  /** The status with a description of one line, which begins with the server's title. */
  public static Status named(String title, Status status) {
    return Status.fromCode(status.getCode())
        .withDescription(title + ": " + reason(status))
        .withCause(status.getCause());
  }

  /** Why, in one line. */
  public static String reason(Status status) {
    if (status.getCode() == Status.Code.DEADLINE_EXCEEDED) {
      return "no answer before the deadline";
    }
    String said = status.getDescription();
    Throwable root = status.getCause();
    while (root != null && root.getCause() != null) {
      root = root.getCause();
    }
    String cause = root == null ? null : words(root);
    if (cause != null && !said(said, cause)) {
      said = said == null || said.startsWith("io exception") ? cause : said + ": " + cause;
    }
    if (said == null) {
      return status.getCode() == Status.Code.UNAVAILABLE
          ? "the connection broke"
          : status.getCode().name();
    }
    return SYSTEM_CALL.matcher(said.lines().findFirst().orElse("")).replaceAll("");
  }

  /** Netty has no words for a Unix socket that is not there. */
  private static @Nullable String words(Throwable root) {
    return root instanceof FileNotFoundException ? "no such socket" : root.getMessage();
  }

  private static boolean said(@Nullable String text, String part) {
    return text != null && text.contains(part);
  }
}
