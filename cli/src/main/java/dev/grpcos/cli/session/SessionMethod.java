package dev.grpcos.cli.session;

import com.google.protobuf.DynamicMessage;
import dev.grpcos.cli.call.CallableMethod;
import dev.grpcos.gateway.json.RequestReader;
import dev.grpcos.gateway.json.ResponseWriter;
import io.grpc.Channel;

/**
 * A method of a session.
 *
 * @param name the full name, {@code package.Service/Method}
 * @param channel the channel for its calls
 * @param requests reads its requests; used by the thread of the calls alone
 * @param writer writes its responses; used by the thread of the calls alone
 * @param empty an empty request
 */
record SessionMethod(
    String name,
    CallableMethod callable,
    Channel channel,
    RequestReader requests,
    ResponseWriter writer,
    DynamicMessage empty) {
  /** Returns whether the method takes exactly one request. */
  boolean takesOneRequest() {
    return callable.type().clientSendsOneMessage();
  }

  /** Returns whether the method returns exactly one response. */
  boolean returnsOneResponse() {
    return callable.type().serverSendsOneMessage();
  }

  /** Returns whether calls of the method are streams on a side. */
  boolean isStream() {
    return !takesOneRequest() || !returnsOneResponse();
  }
}
