package dev.grpcos.gateway.channel;

import com.google.common.base.Throwables;
import io.grpc.Status;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A status with its description and its exceptions, for searches.
 *
 * <p>The searches return the detail that they find, an empty string if a match has no detail, and
 * null if nothing matches.
 */
final class FailureReport {
  /** The text that Netty puts before the kernel's text. */
  private static final Pattern SYSTEM_CALL =
      Pattern.compile("\\w+\\(\\.\\.\\) failed with error\\(-\\d+\\): ");

  /** The description that grpc-java gives to every failure of input or output. */
  private static final String ANY_FAILURE = "io exception";

  private final Status.Code code;
  private final String description;
  private final List<Throwable> causes;

  FailureReport(Status status) {
    code = status.getCode();
    description = text(status.getDescription());
    causes = status.getCause() == null ? List.of() : Throwables.getCausalChain(status.getCause());
  }

  private static String text(@Nullable String message) {
    return message == null ? "" : message;
  }

  /** Returns the text of the last exception in the chain. */
  private String root() {
    return causes.isEmpty() ? "" : text(causes.get(causes.size() - 1).getMessage());
  }

  boolean contains(String text) {
    return description.contains(text) || causes.toString().contains(text);
  }

  @Nullable String anywhere(String text) {
    return contains(text) ? "" : null;
  }

  @Nullable String begins(Status.Code as, String... beginnings) {
    if (code == as) {
      for (String beginning : beginnings) {
        if (description.startsWith(beginning)) {
          return "";
        }
      }
    }
    return null;
  }

  @Nullable String root(String text) {
    return root().contains(text) ? "" : null;
  }

  @Nullable String caused(Class<? extends Throwable> type) {
    return cause(type) == null ? null : "";
  }

  /** Returns the text of the first exception of this type, or null. */
  @Nullable String textOf(Class<? extends Throwable> type) {
    Throwable found = cause(type);
    return found == null ? null : text(found.getMessage());
  }

  /** Returns the text of the last exception if the chain contains this type, or null. */
  @Nullable String rootOf(Class<? extends Throwable> type) {
    return cause(type) == null ? null : root().replaceFirst("\\.$", "");
  }

  <T extends Throwable> @Nullable T cause(Class<T> type) {
    return causes.stream().filter(type::isInstance).map(type::cast).findFirst().orElse(null);
  }

  @Nullable String find(Pattern pattern, Status.Code as) {
    return code == as ? find(pattern) : null;
  }

  /** Returns the group of the pattern in the description or, failing that, in the exceptions. */
  @Nullable String find(Pattern pattern) {
    Matcher matcher = pattern.matcher(description);
    if (!matcher.find()) {
      matcher = pattern.matcher(causes.toString());
      if (!matcher.find()) {
        return null;
      }
    }
    return matcher.groupCount() == 0 ? "" : text(matcher.group(1));
  }

  /** Returns the reason in one line for a status with an unknown cause: its texts, or its code. */
  String reason() {
    String message = description;
    Throwable last = causes.isEmpty() ? null : causes.get(causes.size() - 1);
    if (last != null) {
      String cause = last.getMessage() == null ? last.toString() : last.getMessage();
      if (message.isEmpty() || message.startsWith(ANY_FAILURE)) {
        message = cause;
      } else if (!message.contains(cause)) {
        message = message + ": " + cause;
      }
    }
    String line = SYSTEM_CALL.matcher(message.lines().findFirst().orElse("")).replaceAll("");
    return line.isEmpty() ? code.name() : line;
  }
}
