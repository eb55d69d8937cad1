package dev.grpcos.cli.call;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.DynamicMessage;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.invocation.Invocation;
import dev.grpcos.cli.invocation.StreamKind;
import dev.grpcos.gateway.json.EncodedFields;
import dev.grpcos.gateway.json.FieldArguments;
import dev.grpcos.gateway.json.JsonException;
import dev.grpcos.gateway.json.JsonReader;
import dev.grpcos.gateway.json.RequestReader;
import dev.grpcos.gateway.json.Types;
import dev.grpcos.gateway.limit.MessageAccount;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The source of a command's requests: fields on the command line, {@code -d}, or standard input.
 * Standard input is not read if one of the other sources is given.
 *
 * @param format the format of the values
 * @param fields {@code name=value} arguments, which make one request
 * @param data the argument of {@code -d}: a value, {@code @FILE} or {@code @-}; or null
 * @param array whether the values are the elements of one JSON array
 * @param each whether empty input is permitted and means no call
 * @param allowUnknownFields whether fields and enum values that the schema does not contain are
 *     ignored
 * @param maxBytes the maximum length of the text of one request
 * @param maxMessage the maximum size of a request in the wire format, in bytes
 */
public record RequestInput(
    MessageFormat format,
    List<String> fields,
    @Nullable String data,
    boolean array,
    boolean each,
    boolean allowUnknownFields,
    int maxBytes,
    int maxMessage) {
  private static final String STDIN = "standard input";

  /**
   * Returns the requests for a method.
   *
   * @param encoded the fields of requests that hold other messages
   * @param invalidLine receives the error for an invalid message of a request stream that is typed
   *     on a terminal, and the following line is read; other input ends at an error
   * @throws CliException USAGE if two sources are given or the source cannot contain requests;
   *     FAILURE if a file cannot be read
   */
  public Requests open(
      MethodDescriptor method,
      Types types,
      EncodedFields encoded,
      Invocation invocation,
      Consumer<CliException> invalidLine) {
    if (isTyped(method, invocation)) {
      return typed(method, types, encoded, invocation, invalidLine);
    }
    Requests requests;
    try {
      requests = source(method, types, encoded, invocation);
    } catch (JsonException e) {
      throw advised(e);
    }
    return new CheckedRequests(requests, 0);
  }

  /**
   * Returns the requests in a JSON text.
   *
   * @param name the name of the text in messages
   * @throws CliException USAGE if it cannot contain requests
   */
  public Requests inText(
      String text, String name, MethodDescriptor method, Types types, EncodedFields encoded) {
    InputStream stream = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    MeteredInput metered = MeteredInput.uncharged(stream);
    return new CheckedRequests(values(method, types, encoded, metered, name), 0);
  }

  /** Returns whether a person types the messages of a request stream. */
  private boolean isTyped(MethodDescriptor method, Invocation invocation) {
    return method.isClientStreaming()
        && readsTerminal(invocation)
        && !array; // the elements of an array cannot be told apart after an error
  }

  /** Returns whether the requests are JSON that is typed on a terminal. */
  public boolean readsTerminal(Invocation invocation) {
    return format == MessageFormat.JSON
        && fields.isEmpty()
        && (data == null || data.equals("@-"))
        && invocation.stdinKind() == StreamKind.TERMINAL;
  }

  private Requests typed(
      MethodDescriptor method,
      Types types,
      EncodedFields encoded,
      Invocation invocation,
      Consumer<CliException> invalidLine) {
    Descriptor type = method.getInputType();
    MeteredInput metered = new MeteredInput(invocation.stdin(), invocation.account());
    TypedLines lines = new TypedLines(metered);
    RequestReader reader = new RequestReader(type, types, allowUnknownFields, encoded);
    return new TypedRequests(
        lines,
        count -> {
          JsonReader json =
              JsonReader.from(lines.line(), lines, STDIN, maxBytes, RequestReader.hint(type));
          return new CheckedRequests(new JsonStreamRequests(json, reader, metered), count);
        },
        invalidLine);
  }

  /** Requests with the remedies of errors, within the size limit. */
  private final class CheckedRequests extends ForwardingRequests {
    private long number;

    /**
     * Creates a check.
     *
     * @param number the number of requests before these
     */
    CheckedRequests(Requests source, long number) {
      super(source);
      this.number = number;
    }

    @Override
    public @Nullable DynamicMessage next() {
      DynamicMessage request;
      try {
        request = source.next();
      } catch (JsonException e) {
        throw advised(e);
      }
      if (request != null && request.getSerializedSize() > maxMessage) {
        throw CliException.usage(
            "request %d has %d bytes, over the limit of %d: raise --max-message-size to send it",
            number + 1, request.getSerializedSize(), maxMessage);
      }
      number++;
      return request;
    }
  }

  /** Adds the command-line remedy to an error. */
  private JsonException advised(JsonException e) {
    return switch (e.problem()) {
      case TOO_LONG -> e.advising("raise --max-message-size to send it");
      case WHOLE_REQUEST -> e.advising("give it with -d");
      case ARRAY -> array ? e : e.advising("give --array to send the array's elements");
      case OTHER -> e;
    };
  }

  private Requests source(
      MethodDescriptor method, Types types, EncodedFields encoded, Invocation invocation) {
    Descriptor type = method.getInputType();
    if (format != MessageFormat.JSON && (array || !fields.isEmpty())) {
      throw CliException.usage(
          "--input %s is for values on standard input or -d: leave %s out",
          format.name().toLowerCase(Locale.ROOT),
          array ? "--array" : "the fields (" + fields.get(0) + ")");
    }
    if (!fields.isEmpty()) {
      if (data != null) {
        throw CliException.usage(
            "requests come from -d or from fields (%s), not from both", fields.get(0));
      }
      if (array || each) {
        throw CliException.usage(
            "%s is for values on standard input or -d, and fields (%s) make one request: leave it"
                + " out",
            array ? "--array" : "--each", fields.get(0));
      }
      MessageAccount account = invocation.account();
      FieldArguments arguments =
          new FieldArguments(
              type,
              types,
              file -> new MeteredInput(invocation.open(file), account),
              encoded,
              maxBytes);
      return of(List.of(arguments.read(fields)).iterator());
    }
    if (data == null || data.equals("@-")) {
      return standardInput(method, types, encoded, invocation);
    }
    if (data.startsWith("@")) {
      MeteredInput file =
          new MeteredInput(file(data.substring(1), invocation), invocation.account());
      return values(method, types, encoded, file, "-d " + data);
    }
    return values(
        method,
        types,
        encoded,
        new MeteredInput(
            new ByteArrayInputStream(data.getBytes(StandardCharsets.UTF_8)), invocation.account()),
        "-d");
  }

  private static InputStream file(String name, Invocation invocation) {
    if (name.isEmpty()) {
      throw CliException.usage(
          "-d @: there is no file name after @: add one, or write @- for standard input");
    }
    try {
      return invocation.open(name);
    } catch (IOException e) {
      throw CliException.failure(e, "-d @%s cannot be read: %s", name, e.getMessage());
    }
  }

  private Requests standardInput(
      MethodDescriptor method, Types types, EncodedFields encoded, Invocation invocation) {
    StreamKind kind = invocation.stdinKind();
    if (kind == StreamKind.CLOSED) {
      throw CliException.usage(
          "standard input is closed: give the request with -d, as in -d '{}', or as fields");
    }
    boolean typed = kind == StreamKind.TERMINAL || kind == StreamKind.CHARACTER_DEVICE;
    if (typed && !method.isClientStreaming() && !each && data == null) {
      // No input was prepared, for example under cron: send the empty request.
      return of(List.of(DynamicMessage.getDefaultInstance(method.getInputType())).iterator());
    }
    MeteredInput metered = new MeteredInput(invocation.stdin(), invocation.account());
    return values(method, types, encoded, metered, STDIN);
  }

  private Requests values(
      MethodDescriptor method,
      Types types,
      EncodedFields encoded,
      MeteredInput metered,
      String name) {
    Descriptor type = method.getInputType();
    boolean mayBeEmpty = method.isClientStreaming() || each;
    return switch (format) {
      case JSON -> {
        JsonReader json = new JsonReader(metered, name, maxBytes, array, RequestReader.hint(type));
        RequestReader reader = new RequestReader(type, types, allowUnknownFields, encoded);
        Requests requests = new JsonStreamRequests(json, reader, metered);
        yield mayBeEmpty ? requests : some(requests, json::foundAnything, name);
      }
      case TEXT, BINARY -> {
        Requests requests =
            format == MessageFormat.TEXT
                ? new TextRequests(type, types, allowUnknownFields, metered, name, maxBytes)
                : new BinaryRequests(type, metered, name, maxBytes);
        yield mayBeEmpty ? requests : some(requests, () -> false, name);
      }
    };
  }

  /**
   * Returns the requests, and fails at the end if there were none.
   *
   * @param foundAnything whether the input contained anything at its end, such as an empty array
   */
  private Requests some(Requests requests, BooleanSupplier foundAnything, String name) {
    return new ForwardingRequests(requests) {
      private boolean some;

      @Override
      public @Nullable DynamicMessage next() {
        DynamicMessage request = source.next();
        if (request != null) {
          some = true;
        } else if (!some && !foundAnything.getAsBoolean()) {
          throw CliException.usage(
              "%s is empty, so nothing was sent: give -d '{}'%s for an empty request, or --each"
                  + " to treat empty input as success",
              name, format == MessageFormat.JSON ? "" : " without --input");
        }
        return request;
      }
    };
  }

  private static Requests of(Iterator<DynamicMessage> messages) {
    return () -> messages.hasNext() ? messages.next() : null;
  }
}
