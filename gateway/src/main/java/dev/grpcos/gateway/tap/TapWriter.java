package dev.grpcos.gateway.tap;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Timestamp;
import com.google.protobuf.UnsafeByteOperations;
import dev.grpcos.gateway.call.Decompression;
import dev.grpcos.gateway.call.MetadataEntry;
import dev.grpcos.gateway.json.JsonException;
import dev.grpcos.gateway.json.JsonReader;
import dev.grpcos.gateway.json.Redaction;
import dev.grpcos.gateway.json.RequestReader;
import dev.grpcos.gateway.json.ResponseWriter;
import dev.grpcos.gateway.json.WireMessage;
import dev.grpcos.gateway.peer.PeerIdentity;
import dev.grpcos.gateway.peer.UserNames;
import dev.grpcos.gateway.reflection.DescriptorIndex;
import dev.grpcos.gateway.reflection.ServedTypes;
import dev.grpcos.gateway.route.Route;
import dev.grpcos.gateway.route.RouteTable;
import dev.grpcos.gateway.tap.TapStep.Ended;
import dev.grpcos.gateway.tap.TapStep.Sent;
import dev.grpcos.proto.admin.v1.CallStep;
import dev.grpcos.proto.admin.v1.TapMessage;
import dev.grpcos.proto.admin.v1.TapMetadata;
import io.grpc.StatusException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Converts steps of calls for the receivers of taps, without secrets. Keeps the linked schemas of
 * the current routes. Not thread-safe.
 */
final class TapWriter {
  private static final byte[] DETAILS =
      "grpc-status-details-bin".getBytes(StandardCharsets.US_ASCII);

  private final Supplier<RouteTable> routes;
  private final ServedTypes common = new ServedTypes(new DescriptorIndex(List.of()));
  private @Nullable RouteTable table;
  private final Map<DescriptorIndex, Source> sources = new HashMap<>();

  /** The schema of a source, and a writer with its types. */
  private record Source(ServedTypes types, ResponseWriter writer) {
    Source(ServedTypes types) {
      this(types, ResponseWriter.redacting(types));
    }
  }

  /**
   * Creates a writer.
   *
   * @param routes returns the current routes
   */
  TapWriter(Supplier<RouteTable> routes) {
    this.routes = routes;
  }

  /**
   * Returns a step for the receiver of a tap.
   *
   * @param messageBytes the size above which the content of a message is left out
   */
  CallStep step(TapStep step, int messageBytes) {
    TappedCall call = step.call();
    CallStep.Builder shown = CallStep.newBuilder().setCall(call.number());
    if (step instanceof TapStep.Began) {
      shown.setBegan(began(call));
    } else if (step instanceof Sent sent) {
      TapMessage message = message(sent, messageBytes);
      shown.setMs(ms(sent.nanos()));
      if (sent.response()) {
        shown.setResponse(message);
      } else {
        shown.setRequest(message);
      }
    } else if (step instanceof TapStep.HalfClosed half) {
      shown.setMs(ms(half.nanos())).setHalfClosed(CallStep.HalfClosed.getDefaultInstance());
    } else if (step instanceof TapStep.Answered answered) {
      shown.setMs(ms(answered.nanos())).setHeaders(metadata(answered.headers()));
    } else if (step instanceof Ended ended) {
      shown.setMs(ms(ended.nanos())).setEnded(ended(ended));
    }
    return shown.build();
  }

  private static double ms(long nanos) {
    return Math.round(nanos / 1e3) / 1e3;
  }

  private static CallStep.Began began(TappedCall call) {
    PeerIdentity peer = call.caller().peer();
    String address = peer.address();
    String origin = call.origin();
    return CallStep.Began.newBuilder()
        .setTime(time(call.time()))
        .setMethod(call.method())
        .setUid(peer.uid())
        .setUser(UserNames.nameOf(peer.uid()))
        .setPid(peer.pid())
        .setSocket(call.caller().socket().name())
        .setAddress(address == null ? "" : address)
        .setRoute(origin == null ? "" : origin)
        .setMetadata(metadata(call.headers()))
        .build();
  }

  /** Returns a time in microseconds, which most clocks have. */
  private static Timestamp time(Instant time) {
    return Timestamp.newBuilder()
        .setSeconds(time.getEpochSecond())
        .setNanos(time.getNano() / 1000 * 1000)
        .build();
  }

  private static TapMetadata metadata(byte[][] serialized) {
    TapMetadata.Builder metadata = TapMetadata.newBuilder();
    for (MetadataEntry entry : MetadataEntry.of(serialized)) {
      metadata.addEntries(
          TapMetadata.Entry.newBuilder()
              .setKey(entry.key())
              .setValue(entry.secret() ? Redaction.HIDDEN : entry.value()));
    }
    return metadata.build();
  }

  private CallStep.Ended ended(Ended step) {
    String description = step.status().getDescription();
    CallStep.Ended.Builder ended =
        CallStep.Ended.newBuilder()
            .setCode(step.status().getCode().value())
            .setMessage(description == null ? "" : description)
            .setTrailers(metadata(step.trailers()))
            .setIncomplete(step.incomplete());
    byte[] details = value(step.trailers(), DETAILS);
    if (details != null) {
      Source source = source(step.call());
      ResponseWriter writer = source == null ? ResponseWriter.redacting(common) : source.writer;
      try {
        com.google.rpc.Status.parseFrom(details)
            .getDetailsList()
            .forEach(each -> ended.addDetails(writer.toJson(each)));
      } catch (InvalidProtocolBufferException e) {
        return ended.build(); // an invalid trailer has no details
      }
    }
    return ended.build();
  }

  private static byte @Nullable [] value(byte[][] metadata, byte[] key) {
    for (int i = 0; i + 1 < metadata.length; i += 2) {
      if (Arrays.equals(metadata[i], key)) {
        return metadata[i + 1];
      }
    }
    return null;
  }

  private TapMessage message(Sent step, int messageBytes) {
    TapMessage.Builder message = TapMessage.newBuilder().setSize(step.size());
    Object content = step.content();
    if (content == null || step.size() > messageBytes) {
      return message.setCut(true).build();
    }
    ByteString bytes =
        content instanceof MessageLite known
            ? known.toByteString()
            : UnsafeByteOperations.unsafeWrap((byte[]) content);
    try {
      if (step.encoding() != null) {
        bytes =
            UnsafeByteOperations.unsafeWrap(
                Decompression.decompress(
                    step.encoding(), bytes.toByteArray(), messageBytes, part -> {}));
      }
      Source source = source(step.call());
      MethodDescriptor method = source == null ? null : method(source, step.call().method());
      if (source == null || method == null) {
        return message.setRaw(bytes).build();
      }
      Descriptor type = step.response() ? method.getOutputType() : method.getInputType();
      Message parsed =
          step.call().speaksJson()
              ? read(type, source.types, bytes)
              : WireMessage.parse(type, bytes);
      return message.setJson(source.writer.toJson(parsed)).build();
    } catch (StatusException | InvalidProtocolBufferException | JsonException e) {
      // Unreadable content may have secrets.
      return message.setCut(true).build();
    }
  }

  private static Message read(Descriptor type, ServedTypes types, ByteString json) {
    Message message =
        new RequestReader(type, types)
            .next(
                new JsonReader(
                    new ByteArrayInputStream(json.toByteArray()),
                    "message",
                    json.size() + 1,
                    false));
    return message == null ? DynamicMessage.getDefaultInstance(type) : message;
  }

  private static @Nullable MethodDescriptor method(Source source, String fullName) {
    int slash = fullName.indexOf('/');
    ServiceDescriptor service = source.types.service(fullName.substring(0, slash));
    return service == null ? null : service.findMethodByName(fullName.substring(slash + 1));
  }

  /** Returns the schema of a method's service, or null if the gateway has none. */
  private @Nullable Source source(TappedCall call) {
    String method = call.method();
    RouteTable current = routes.get();
    if (current != table) {
      table = current;
      sources.clear();
    }
    int slash = method.indexOf('/');
    Route route = slash < 0 ? null : current.of(call.upstream()).route(method.substring(0, slash));
    return route == null
        ? null
        : sources.computeIfAbsent(
            route.descriptors().get(), index -> new Source(new ServedTypes(index)));
  }
}
