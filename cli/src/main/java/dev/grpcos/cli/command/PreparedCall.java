package dev.grpcos.cli.command;

import com.google.protobuf.Descriptors.MethodDescriptor;
import dev.grpcos.cli.call.Requests;
import dev.grpcos.cli.schema.Schema;
import dev.grpcos.gateway.json.EncodedFields;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A method to call, with everything but the connection.
 *
 * @param deadline the longest time of each call; null for no limit
 * @param encoded the fields of requests that hold other messages
 * @param decoded the fields of responses that hold other messages
 */
record PreparedCall(
    MethodDescriptor method,
    Schema schema,
    @Nullable Duration deadline,
    EncodedFields encoded,
    EncodedFields decoded,
    Requests requests) {
  /** Returns the method as service and method, with a slash. */
  String name() {
    return method.getService().getFullName() + "/" + method.getName();
  }
}
