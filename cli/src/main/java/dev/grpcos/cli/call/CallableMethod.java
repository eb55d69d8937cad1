package dev.grpcos.cli.call;

import static com.google.common.util.concurrent.MoreExecutors.directExecutor;

import com.google.protobuf.Descriptors;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Parser;
import dev.grpcos.gateway.call.EncodedMessage;
import dev.grpcos.gateway.limit.MessageAccount;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.protobuf.ProtoUtils;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A method in the form in which it is called. Safe for use by any thread. */
public final class CallableMethod {
  private final MethodDescriptor<DynamicMessage, byte[]> method;
  private final Parser<DynamicMessage> responses;

  public CallableMethod(Descriptors.MethodDescriptor method) {
    this.method =
        MethodDescriptor.<DynamicMessage, byte[]>newBuilder()
            .setType(type(method))
            .setFullMethodName(
                MethodDescriptor.generateFullMethodName(
                    method.getService().getFullName(), method.getName()))
            .setRequestMarshaller(
                ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(method.getInputType())))
            .setResponseMarshaller(EncodedMessage.MARSHALLER)
            .build();
    this.responses = DynamicMessage.getDefaultInstance(method.getOutputType()).getParserForType();
  }

  private static MethodType type(Descriptors.MethodDescriptor method) {
    if (method.isClientStreaming()) {
      return method.isServerStreaming() ? MethodType.BIDI_STREAMING : MethodType.CLIENT_STREAMING;
    }
    return method.isServerStreaming() ? MethodType.SERVER_STREAMING : MethodType.UNARY;
  }

  /** Returns which sides of the method are streams. */
  public MethodType type() {
    return method.getType();
  }

  /**
   * Creates a call, which is not yet started.
   *
   * @param deadline the longest time of the call from now on, or null for none
   * @param limit the number of responses after which the call ends; 0 for no limit
   * @param memory is charged with large responses
   * @param whenClosed see {@link OneCall}
   */
  public OneCall newCall(
      Channel channel,
      @Nullable Duration deadline,
      long limit,
      MessageAccount memory,
      CallbackQueue callbacks,
      NumberedRequest request,
      CallObservers observers,
      Consumer<OneCall> whenClosed) {
    CallOptions options = CallOptions.DEFAULT.withExecutor(directExecutor());
    if (deadline != null) {
      options = options.withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS);
    }
    return new OneCall(
        channel.newCall(method, options),
        responses,
        method.getType().serverSendsOneMessage(),
        limit,
        memory,
        callbacks,
        request,
        observers,
        whenClosed);
  }
}
