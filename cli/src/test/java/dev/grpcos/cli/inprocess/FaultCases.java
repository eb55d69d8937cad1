package dev.grpcos.cli.inprocess;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.google.rpc.RetryInfo;
import dev.grpcos.cli.inprocess.FaultServer.Fault;
import dev.grpcos.cli.inprocess.FaultServer.FaultyResponse;
import dev.grpcos.proto.helloworld.HelloReply;
import io.grpc.reflection.v1.FileDescriptorResponse;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2Error;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Stream;

/** Faults of servers, with the exit code and the message of a call. */
final class FaultCases {
  private static final String UNARY = "/helloworld.Greeter/SayHello";
  private static final String STREAM = "/helloworld.Greeter/SayHelloStreamReply";
  static final String HELLO = "{\"message\":\"Hello nobody\"}\n";

  private static final Fault REFUSES = answer -> answer.reset(Http2Error.REFUSED_STREAM);
  private static final String ENDED = ": closed the connection unexpectedly";

  private FaultCases() {}

  /** Returns all cases. */
  static Stream<FaultCase> all() {
    return Stream.of(ends(), responses(), statuses(), reflection()).flatMap(cases -> cases);
  }

  private static FaultCase unary(String name, int exit, String words, Fault fault) {
    return new FaultCase(name, UNARY, Map.of(UNARY, fault), exit, "", words);
  }

  /** Applies the fault to every other call, beginning with the first. */
  private static Fault once(Fault fault) {
    return answer -> {
      if (answer.number() % 2 == 1) {
        fault.answer(answer);
      } else {
        answer.headers().hello().trailers("grpc-status", "0");
      }
    };
  }

  private static FaultCase stream(String name, int exit, String words, Fault fault) {
    return new FaultCase(name, STREAM, Map.of(STREAM, fault), exit, HELLO, words);
  }

  private static FaultCase reflectionCase(
      String name, int exit, String words, Fault v1, Fault v1alpha) {
    return new FaultCase(
        "reflection: " + name,
        UNARY,
        Map.of(FaultServer.V1, v1, FaultServer.V1_ALPHA, v1alpha),
        exit,
        exit == 0 ? HELLO : "",
        words);
  }

  private static FaultCase reflectionCase(String name, int exit, String words, Fault both) {
    return reflectionCase(name, exit, words, both, both);
  }

  /** Calls that end early. */
  private static Stream<FaultCase> ends() {
    return Stream.of(
        unary("silence", 68, "no answer within 1s; allow more time with --deadline", a -> {}),
        unary("silence behind headers", 68, "no answer within 1s", FaultyResponse::headers),
        stream(
            "silence in a stream",
            68,
            "the deadline of 1s passed after 1 response; allow",
            a -> a.headers().hello()),
        new FaultCase(
            "silence behind responses",
            STREAM,
            Map.of(STREAM, a -> a.headers().hello().hello()),
            68,
            HELLO + HELLO,
            "the deadline of 1s passed after 2 responses; allow more time with --deadline"),
        unary(
            "details that are not base64",
            77,
            "TARGET: answered with a value of grpc-status-details-bin that is not base64",
            a -> a.trailersOnly("grpc-status", "5", "grpc-status-details-bin", "!!")),
        unary("reset", 77, "INTERNAL: ", a -> a.reset(Http2Error.INTERNAL_ERROR)),
        unary("refused", 78, "UNAVAILABLE: ", REFUSES),
        new FaultCase("refused once", UNARY, Map.of(UNARY, once(REFUSES)), 0, HELLO, ""),
        new FaultCase("a stream refused once", STREAM, Map.of(STREAM, once(REFUSES)), 0, HELLO, ""),
        new FaultCase(
            "a conversation refused once",
            FaultServer.CONVERSATION,
            Map.of(FaultServer.CONVERSATION, once(REFUSES)),
            0,
            HELLO,
            ""),
        new FaultCase("a stream refused", STREAM, Map.of(STREAM, REFUSES), 78, "", "UNAVAILABLE: "),
        new FaultCase(
            "a conversation refused",
            FaultServer.CONVERSATION,
            Map.of(FaultServer.CONVERSATION, REFUSES),
            78,
            "",
            "UNAVAILABLE: "),
        unary("cancelled", 65, "CANCELLED: ", a -> a.reset(Http2Error.CANCEL)),
        unary("overload", 72, "RESOURCE_EXHAUSTED: ", a -> a.reset(Http2Error.ENHANCE_YOUR_CALM)),
        unary(
            "reset behind headers",
            77,
            "INTERNAL: ",
            a -> a.headers().reset(Http2Error.INTERNAL_ERROR)),
        stream(
            "reset in a stream",
            77,
            "INTERNAL: ",
            a -> a.headers().hello().reset(Http2Error.INTERNAL_ERROR)),
        unary("dies", 78, "UNAVAILABLE: TARGET" + ENDED + " (", FaultyResponse::die),
        unary("dies behind headers", 78, "TARGET" + ENDED, a -> a.headers().die()),
        unary("dies in a message", 78, "TARGET" + ENDED, a -> a.headers().partOfMessage(9).die()),
        unary("dies behind the response", 78, "TARGET" + ENDED, a -> a.headers().hello().die()),
        stream("dies in a stream", 78, "TARGET" + ENDED, a -> a.headers().hello().die()),
        stream(
            "dies in a stream's message",
            78,
            "TARGET" + ENDED,
            a -> a.headers().hello().partOfMessage(9).die()),
        stream(
            "leaves in a stream",
            78,
            "TARGET" + ENDED + " (",
            a -> a.headers().hello().leave(Http2Error.NO_ERROR)),
        unary(
            "leaves with a reason",
            72,
            "TARGET" + ENDED + " and reported ENHANCE_YOUR_CALM",
            a -> a.leave(Http2Error.ENHANCE_YOUR_CALM)));
  }

  /** Responses that are missing, malformed or too many. */
  private static Stream<FaultCase> responses() {
    String[] ok = {"grpc-status", "0"};
    ByteBuf page = Unpooled.unreleasableBuffer(Unpooled.copiedBuffer("<h1>no</h1>", US_ASCII));
    return Stream.of(
        unary("end in a message", 77, "INTERNAL: ", a -> a.headers().partOfMessage(9).trailers(ok)),
        unary("no response", 76, "the server sent 0 responses", a -> a.headers().trailers(ok)),
        unary(
            "two responses",
            76,
            "the server sent 2 responses",
            a -> a.headers().hello().hello().trailers(ok)),
        unary(
            "no message",
            77,
            "INTERNAL: a response is not a message of the method's type",
            a -> a.headers().partOfMessage(1).trailers(ok)),
        new FaultCase(
            "a response of many levels",
            UNARY,
            Map.of(UNARY, a -> a.headers().message(nested(250)).trailers(ok)),
            0,
            HELLO,
            ""),
        unary(
            "a response of too many levels",
            77,
            "INTERNAL: a response is not a message of the method's type",
            a -> a.headers().message(nested(350)).trailers(ok)),
        unary(
            "a response over the limit",
            72,
            "gRPC message exceeds maximum size 67108864: 2147483647; allow more with"
                + " --max-message-size (",
            a -> a.headers().partOfMessage(Integer.MAX_VALUE)),
        unary(
            "a limit of the server's own",
            72,
            "gRPC message exceeds maximum size 67108864: 2147483647 (",
            a ->
                a.headers()
                    .trailers(
                        "grpc-status",
                        "8",
                        "grpc-message",
                        "gRPC message exceeds maximum size 67108864: 2147483647")),
        unary(
            "unknown compression",
            77,
            "INTERNAL: ",
            a -> a.headers("grpc-encoding", "snappy").hello().trailers(ok)),
        unary(
            "metadata over the limit",
            77,
            "INTERNAL: TARGET: answered with more metadata than grpcos accepts",
            a -> a.headers("x", "y".repeat(2_000_000)).hello().trailers(ok)),
        unary("unauthorized by HTTP", 80, "TARGET: answered with HTTP status 401, ", http("401")),
        unary("forbidden by HTTP", 71, "TARGET: answered with HTTP status 403, ", http("403")),
        unary("not found by HTTP", 76, "TARGET: answered with HTTP status 404, ", http("404")),
        unary(
            "bad gateway of HTTP",
            78,
            "TARGET: answered with HTTP status 502 and content type text/html, which is not gRPC",
            a ->
                a.headers(false, ":status", "502", "content-type", "text/html")
                    .data(page.duplicate(), true)),
        unary(
            "a web page",
            66,
            "TARGET: answered with HTTP status 200 and content type text/html, which is not gRPC",
            a ->
                a.headers(false, ":status", "200", "content-type", "text/html")
                    .data(page.duplicate(), true)));
  }

  private static Fault http(String status) {
    return answer -> answer.headers(true, ":status", status);
  }

  /** Statuses of all kinds, and a missing status. */
  private static Stream<FaultCase> statuses() {
    String details =
        Base64.getEncoder()
            .withoutPadding()
            .encodeToString(
                com.google.rpc.Status.newBuilder()
                    .setCode(7)
                    .setMessage("another")
                    .addDetails(Any.pack(RetryInfo.getDefaultInstance()))
                    .addDetails(
                        Any.newBuilder()
                            .setTypeUrl("x.y/z.Unknown")
                            .setValue(ByteString.copyFromUtf8("?")))
                    .build()
                    .toByteArray());
    String[] notFound = {"grpc-status", "5", "grpc-message", "one"};
    return Stream.of(
        unary(
            "no trailers",
            77,
            "INTERNAL: ",
            a -> a.headers().data(Unpooled.buffer().writeZero(5), true)),
        unary("no status", 66, "UNKNOWN: ", a -> a.headers().hello().trailers("x", "y")),
        unary("a status in words", 66, "UNKNOWN (", status("grpc-status", "five")),
        unary(
            "a status unheard of",
            66,
            "UNKNOWN: far out (",
            status("grpc-status", "99", "grpc-message", "far out")),
        unary(
            "trailers only",
            69,
            "NOT_FOUND: größer ☺ (",
            status("grpc-status", "5", "grpc-message", "gr%C3%B6%C3%9Fer %E2%98%BA")),
        unary(
            "a message badly escaped",
            69,
            "NOT_FOUND: 100% sure% (",
            status("grpc-status", "5", "grpc-message", "100% sure%")),
        unary(
            "details that disagree",
            69,
            """
            NOT_FOUND: one (helloworld.Greeter/SayHello)
              {"@type":"type.googleapis.com/google.rpc.RetryInfo"}
              {"@type":"x.y/z.Unknown","@value":"Pw=="}
            """,
            a ->
                a.headers()
                    .trailers(
                        "grpc-status",
                        "5",
                        "grpc-message",
                        "one",
                        "grpc-status-details-bin",
                        details)),
        unary(
            "details that are none",
            69,
            "NOT_FOUND: one (",
            status("grpc-status", "5", "grpc-message", "one", "grpc-status-details-bin", "AAAA")),
        unary(
            "large metadata",
            69,
            "NOT_FOUND: one (",
            a ->
                a.headers("x", "y".repeat(9_000))
                    .trailers("grpc-status", "5", "grpc-message", "one", "z", "y".repeat(100_000))),
        unary(
            "fails behind the response", 69, "one (", a -> a.headers().hello().trailers(notFound)),
        stream("fails behind responses", 69, "one (", a -> a.headers().hello().trailers(notFound)));
  }

  private static Fault status(String... trailers) {
    return answer -> answer.trailersOnly(trailers);
  }

  /** Returns a valid response with nested unknown groups. */
  private static HelloReply nested(int levels) {
    UnknownFieldSet groups = UnknownFieldSet.getDefaultInstance();
    for (int i = 0; i < levels; i++) {
      groups =
          UnknownFieldSet.newBuilder()
              .addField(9, UnknownFieldSet.Field.newBuilder().addGroup(groups).build())
              .build();
    }
    return HelloReply.newBuilder().setMessage("Hello nobody").setUnknownFields(groups).build();
  }

  /** Returns cases of reflection that fails in one version or both. */
  private static Stream<FaultCase> reflection() {
    Fault reset = answer -> answer.reset(Http2Error.INTERNAL_ERROR);
    Fault unimplemented = status("grpc-status", "12");
    return Stream.of(
        new FaultCase("reflection: v1 reset", UNARY, Map.of(FaultServer.V1, reset), 0, HELLO, ""),
        new FaultCase(
            "reflection: v1alpha only", UNARY, Map.of(FaultServer.V1, unimplemented), 0, HELLO, ""),
        reflectionCase("silence", 68, "DEADLINE_EXCEEDED: no answer within 1s", a -> {}),
        reflectionCase(
            "none", 76, "UNIMPLEMENTED: the server has no reflection service", unimplemented),
        reflectionCase(
            "not found by HTTP",
            76,
            "UNIMPLEMENTED: TARGET: answered with HTTP status 404, which is not gRPC; check the"
                + " address, and any proxy on the way; if the server has no reflection, give the"
                + " schema with --protoset or --proto",
            a -> a.headers(true, ":status", "404", "date", "now"),
            a -> a.headers(true, ":status", "404", "date", "later")),
        reflectionCase(
            "none, and not found by HTTP",
            76,
            "UNIMPLEMENTED: the server has no reflection service, neither v1 nor v1alpha; give the"
                + " schema with --protoset or --proto",
            unimplemented,
            http("404")),
        reflectionCase(
            "both refused",
            71,
            "PERMISSION_DENIED: server reflection failed: v1: PERMISSION_DENIED not you; v1alpha:"
                + " PERMISSION_DENIED nor you",
            status("grpc-status", "7", "grpc-message", "not you"),
            status("grpc-status", "7", "grpc-message", "nor you")),
        reflectionCase(
            "both fail",
            77,
            "v1alpha: RESOURCE_EXHAUSTED not now",
            reset,
            status("grpc-status", "8", "grpc-message", "not now")),
        reflectionCase("dies", 78, "UNAVAILABLE: TARGET" + ENDED, FaultyResponse::die),
        reflectionCase("dies behind headers", 78, "TARGET" + ENDED, a -> a.headers().die()),
        reflectionCase(
            "no answer",
            77,
            "INTERNAL: ended without an answer",
            a -> a.headers().trailers("grpc-status", "0")),
        reflectionCase(
            "bad gateway of HTTP",
            78,
            "UNAVAILABLE: TARGET: answered with HTTP status 502, which is not gRPC",
            http("502")),
        reflectionCase(
            "broken descriptor",
            1,
            "INTERNAL the descriptor cannot be parsed",
            answer ->
                answer
                    .headers()
                    .message(
                        ServerReflectionResponse.newBuilder()
                            .setFileDescriptorResponse(
                                FileDescriptorResponse.newBuilder()
                                    .addFileDescriptorProto(ByteString.copyFromUtf8("broken")))
                            .build())
                    .trailers("grpc-status", "0")));
  }
}
