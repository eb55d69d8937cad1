package dev.grpcos.cli.session;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.DynamicMessage;
import dev.grpcos.cli.call.CallableMethod;
import dev.grpcos.cli.output.PrintedTypes;
import dev.grpcos.cli.schema.MethodResolver;
import dev.grpcos.cli.schema.Schema;
import dev.grpcos.gateway.json.JsonStyle;
import dev.grpcos.gateway.json.RequestReader;
import dev.grpcos.gateway.json.ResponseWriter;
import io.grpc.Channel;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The methods that a session has called, by the names in its lines. They are found again if the
 * schema has changed. Used by one thread.
 */
final class SessionMethods {
  /** The maximum number of names that are kept, because any line may have another one. */
  private static final int MAX_NAMES = 1_000;

  private final Supplier<Schema> source;
  private final Function<MethodDescriptor, Channel> channels;
  private final JsonStyle style;
  private final boolean allowUnknownFields;
  private final Map<String, SessionMethod> known = new HashMap<>();
  private @Nullable Schema schema;

  /**
   * Creates an empty cache.
   *
   * @param source returns the current schema
   * @param channels returns the channel for calls of a method
   * @param style the form of responses
   */
  SessionMethods(
      Supplier<Schema> source,
      Function<MethodDescriptor, Channel> channels,
      JsonStyle style,
      boolean allowUnknownFields) {
    this.source = source;
    this.channels = channels;
    this.style = style;
    this.allowUnknownFields = allowUnknownFields;
  }

  /**
   * Returns the method with this name, see {@link MethodResolver#method}.
   *
   * @throws dev.grpcos.cli.failure.CliException if it cannot be found
   */
  SessionMethod get(String name) {
    Schema current = source.get();
    if (current != schema || known.size() >= MAX_NAMES) {
      schema = current;
      known.clear();
    }
    SessionMethod method = known.get(name);
    if (method == null) {
      method = method(new MethodResolver(current).method(name), current);
      known.put(name, method);
    }
    return method;
  }

  private SessionMethod method(MethodDescriptor found, Schema types) {
    return new SessionMethod(
        found.getService().getFullName() + "/" + found.getName(),
        new CallableMethod(found),
        channels.apply(found),
        new RequestReader(found.getInputType(), types, allowUnknownFields),
        new ResponseWriter(new PrintedTypes(types), style),
        DynamicMessage.getDefaultInstance(found.getInputType()));
  }
}
