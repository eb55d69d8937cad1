package dev.grpcos.gateway.call;

import io.grpc.Metadata;
import io.grpc.Status;
import java.util.Iterator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The metadata with which a caller names the upstream of a call. No upstream receives it. */
public final class NamedUpstream {
  /** The key of the metadata. */
  public static final String NAME = "grpcos-upstream";

  /** The key of the metadata, with the name of an upstream as its value. */
  public static final Metadata.Key<String> KEY =
      Metadata.Key.of(NAME, Metadata.ASCII_STRING_MARSHALLER);

  private static final Pattern SYNTAX = Pattern.compile("[A-Za-z0-9._-]{1,63}");

  private NamedUpstream() {}

  /** Returns whether a text has the form of an upstream's name. */
  public static boolean isValid(String name) {
    return SYNTAX.matcher(name).matches();
  }

  /** Returns the message about an upstream that does not exist. */
  public static String unknown(String name) {
    return "unknown upstream " + name + "; name one of the gateway's `upstreams`";
  }

  /** Returns the upstream that these headers name; null if there is none. */
  public static @Nullable String of(Metadata headers) {
    return headers.get(KEY);
  }

  /** Returns the reason to refuse a call with these headers, or null. */
  static @Nullable Status defect(Metadata headers) {
    Iterable<String> values = headers.getAll(KEY);
    if (values == null) {
      return null;
    }
    Iterator<String> each = values.iterator();
    String name = each.next();
    if (each.hasNext()) {
      return Status.INVALID_ARGUMENT.withDescription(
          "the metadata " + NAME + " is given twice; name one upstream");
    }
    return isValid(name)
        ? null
        : Status.INVALID_ARGUMENT.withDescription(
            "the metadata "
                + NAME
                + " is not the name of an upstream; give at most 63 letters, digits, - _ and .");
  }
}
