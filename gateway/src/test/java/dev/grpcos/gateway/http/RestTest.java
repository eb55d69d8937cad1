package dev.grpcos.gateway.http;

import static dev.grpcos.gateway.http.RawHttp1.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.api.AnnotationsProto;
import com.google.api.CustomHttpPattern;
import com.google.api.HttpRule;
import com.google.gson.JsonParser;
import com.google.protobuf.AnyProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DurationProto;
import com.google.protobuf.FieldMaskProto;
import com.google.protobuf.StructProto;
import com.google.protobuf.TimestampProto;
import com.google.protobuf.WrappersProto;
import dev.grpcos.gateway.config.NamePattern;
import dev.grpcos.gateway.config.PolicyRule;
import dev.grpcos.gateway.http.RawHttp1.Response;
import dev.grpcos.gateway.process.OwnProcess;
import dev.grpcos.gateway.schema.TestProtoc;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the bindings of a service whose methods return their requests. */
@Timeout(180)
final class RestTest {
  private static final String LIBRARY = "library.v1.Library";

  private static final String SOURCE =
      """
      syntax = "proto3";
      package library.v1;
      import "google/protobuf/any.proto";
      import "google/protobuf/duration.proto";
      import "google/protobuf/field_mask.proto";
      import "google/protobuf/struct.proto";
      import "google/protobuf/timestamp.proto";
      import "google/protobuf/wrappers.proto";
      enum Kind { NONE = 0; NOVEL = 1; }
      message Author { string name = 1; int64 born = 2; }
      message Book {
        string name = 1;
        string title = 2;
        repeated string tags = 3;
        Kind kind = 4;
        Author author = 5;
        google.protobuf.Timestamp published = 6;
        google.protobuf.Duration length = 7;
        google.protobuf.FieldMask mask = 8;
        google.protobuf.Int32Value pages = 9;
        bool lent = 10;
        bytes cover = 11;
        repeated Kind kinds = 12;
        map<string, string> labels = 13;
        double price = 14;
        repeated Author authors = 15;
        google.protobuf.Struct struct = 16;
        google.protobuf.Value value = 17;
        google.protobuf.Any any = 18;
        repeated google.protobuf.Timestamp times = 19;
      }
      message Request { string parent = 1; Book book = 2; string filter = 3; }
      service Library {
        rpc Get(Book) returns (Book);
        rpc Create(Request) returns (Request);
        rpc Replace(Book) returns (Book);
        rpc Title(Book) returns (Book);
        rpc Tags(Book) returns (Book);
        rpc Watch(Book) returns (stream Book);
        rpc Add(stream Book) returns (Book);
        rpc Lock(Book) returns (Book);
        rpc Unbound(Book) returns (Book);
      }
      """;

  private static HttpGateway gateway;

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    gateway = start(folder, List.of());
  }

  private static HttpGateway start(Path folder, List<PolicyRule> policy) throws Exception {
    return new HttpGateway(
        folder, config -> config.withPolicy(policy), List.of(echo()), files(folder));
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static List<FileDescriptorProto> files(Path folder) throws Exception {
    Path sources = Files.createDirectory(folder.resolve("protos"));
    Files.createDirectories(sources.resolve("google/protobuf"));
    for (String name : List.of("any", "duration", "field_mask", "struct", "wrappers")) {
      String file = "google/protobuf/" + name + ".proto";
      try (var in = HttpRule.class.getClassLoader().getResourceAsStream(file)) {
        Files.copy(in, sources.resolve(file));
      }
    }
    Files.writeString(sources.resolve("library.proto"), SOURCE);
    List<FileDescriptorProto> files = new ArrayList<>();
    for (FileDescriptorProto file :
        TestProtoc.withIncludesIn(folder).compile(List.of(sources), List.of("library.proto"))) {
      if (file.getName().equals("library.proto")) {
        files.add(bound(file));
      }
    }
    for (var descriptor :
        List.of(
            AnyProto.getDescriptor(),
            DurationProto.getDescriptor(),
            FieldMaskProto.getDescriptor(),
            StructProto.getDescriptor(),
            TimestampProto.getDescriptor(),
            WrappersProto.getDescriptor())) {
      files.add(descriptor.toProto());
    }
    return files;
  }

  private static FileDescriptorProto bound(FileDescriptorProto file) {
    FileDescriptorProto.Builder bound = file.toBuilder();
    for (var method : bound.getServiceBuilder(0).getMethodBuilderList()) {
      HttpRule rule =
          switch (method.getName()) {
            case "Get" ->
                rule("GET", "/v1/{name=shelves/*/books/*}").toBuilder()
                    .addAdditionalBindings(rule("GET", "/v1/authors/{author.name}/latest"))
                    .addAdditionalBindings(rule("GET", "/v1/search"))
                    .build();
            case "Create" ->
                rule("POST", "/v1/{parent=shelves/*}/books").toBuilder().setBody("book").build();
            case "Replace" ->
                rule("PUT", "/v1/{name=shelves/*/books/*}").toBuilder().setBody("*").build();
            case "Title" ->
                rule("GET", "/v1/{name=shelves/*}/title").toBuilder()
                    .setResponseBody("title")
                    .build();
            case "Tags" ->
                rule("GET", "/v1/{name=shelves/*}/tags").toBuilder()
                    .setResponseBody("tags")
                    .build();
            case "Watch" ->
                rule("GET", "/v1/{name=shelves/**}:watch").toBuilder()
                    .addAdditionalBindings(rule("HEAD", "/v1/{name=shelves/**}:watch"))
                    .build();
            case "Add" -> rule("POST", "/v1/{name=shelves/*}:add").toBuilder().setBody("*").build();
            case "Lock" -> rule("LOCK", "/v1/{name=shelves/*}");
            default -> HttpRule.getDefaultInstance();
          };
      if (!rule.equals(HttpRule.getDefaultInstance())) {
        method.getOptionsBuilder().setExtension(AnnotationsProto.http, rule);
      }
    }
    return bound.build();
  }

  private static HttpRule rule(String verb, String path) {
    HttpRule.Builder rule = HttpRule.newBuilder();
    switch (verb) {
      case "GET" -> rule.setGet(path);
      case "POST" -> rule.setPost(path);
      case "PUT" -> rule.setPut(path);
      default -> rule.setCustom(CustomHttpPattern.newBuilder().setKind(verb).setPath(path));
    }
    return rule.build();
  }

  private static ServerServiceDefinition echo() {
    ServerServiceDefinition.Builder service = ServerServiceDefinition.builder(LIBRARY);
    for (String name : List.of("Get", "Create", "Replace", "Title", "Tags", "Lock", "Unbound")) {
      service.addMethod(
          method(name, MethodType.UNARY),
          ServerCalls.asyncUnaryCall(
              (request, responses) -> {
                responses.onNext(request);
                responses.onCompleted();
              }));
    }
    service.addMethod(
        method("Watch", MethodType.SERVER_STREAMING),
        ServerCalls.asyncServerStreamingCall(
            (request, responses) -> {
              responses.onNext(request);
              responses.onNext(request);
              responses.onCompleted();
            }));
    service.addMethod(
        method("Add", MethodType.CLIENT_STREAMING),
        ServerCalls.asyncClientStreamingCall(RestTest::last));
    return service.build();
  }

  private static MethodDescriptor<byte[], byte[]> method(String name, MethodType type) {
    return KnownMethod.encoded(LIBRARY + "/" + name, type);
  }

  private static StreamObserver<byte[]> last(StreamObserver<byte[]> responses) {
    return new StreamObserver<>() {
      private byte[] last = new byte[0];

      @Override
      public void onNext(byte[] request) {
        last = request;
      }

      @Override
      public void onError(Throwable cause) {}

      @Override
      public void onCompleted() {
        responses.onNext(last);
        responses.onCompleted();
      }
    };
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          GET  | /v1/shelves/1/books/2                        |                   | {"name":"shelves/1/books/2"}
          GET  | /v1/shelves/a%20b/books/%C3%A9               |                   | {"name":"shelves/a b/books/é"}
          GET  | /v1/authors/Ada/latest                       |                   | {"author":{"name":"Ada"}}
          GET  | /v1/search?title=x&tags=a&tags=b             |                   | {"title":"x","tags":["a","b"]}
          GET  | /v1/search?kind=NOVEL&kinds=1&kinds=NOVEL    |                   | {"kind":"NOVEL","kinds":["NOVEL","NOVEL"]}
          GET  | /v1/search?author.name=A&author.born=1815    |                   | {"author":{"name":"A","born":"1815"}}
          GET  | /v1/search?published=2026-01-31T12:00:00Z    |                   | {"published":"2026-01-31T12:00:00Z"}
          GET  | /v1/search?length=1.5s&mask=a,b.c&pages=0    |                   | {"length":"1.500s","mask":"a,b.c","pages":0}
          GET  | /v1/search?lent=true&cover=AQI&price=1.5     |                   | {"lent":true,"cover":"AQI=","price":1.5}
          POST | /v1/shelves/1/books                          | {"title":"x"}     | {"parent":"shelves/1","book":{"title":"x"}}
          POST | /v1/shelves/1/books?filter=f&book.kind=NOVEL | {"title":"x"}     | {"parent":"shelves/1","book":{"title":"x","kind":"NOVEL"},"filter":"f"}
          POST | /v1/shelves/1/books                          |                   | {"parent":"shelves/1"}
          PUT  | /v1/shelves/1/books/2                        | {"tags":["a"]}    | {"name":"shelves/1/books/2","tags":["a"]}
          PUT  | /v1/shelves/1/books/2                        | {"name":"other"}  | {"name":"shelves/1/books/2"}
          LOCK | /v1/shelves/1                                |                   | {"name":"shelves/1"}
          GET  | /v1/shelves/1/title?title=t                  |                   | "t"
          GET  | /v1/shelves/1/tags?tags=a&tags=b             |                   | ["a","b"]
          GET  | /v1/shelves/1/tags                           |                   | []
          """)
  void requestIsMadeOfPathQueryAndBody(String verb, String path, String body, String expected)
      throws Exception {
    Response response = gateway.exchange(request(verb, path, body == null ? "" : body));

    assertThat(new String(response.bytes(), java.nio.charset.StandardCharsets.UTF_8))
        .isEqualTo(expected + "\n");
    assertThat(response.status()).isEqualTo(200);
  }

  @Test
  void serverStreamHasLines() throws Exception {
    Response response = gateway.exchange(request("GET", "/v1/shelves/1/x:watch", ""));

    assertThat(response.body()).isEqualTo("{\"name\":\"shelves/1/x\"}\n".repeat(2));
    assertThat(response.headers()).containsEntry("content-type", "application/x-ndjson");
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/x-ndjson", "text/event-stream"})
  void headOfAStreamHasNoBody(String type) throws Exception {
    try (RawHttp1 connection = gateway.connect()) {
      Response head =
          connection.send(request("HEAD", "/v1/shelves/1/x:watch", "", "Accept: " + type)).head();
      assertThat(head.headers()).containsEntry("content-type", type);

      connection.send(request("GET", "/v1/search?title=t", ""));
      assertThat(connection.response().body()).isEqualTo("{\"title\":\"t\"}\n");
    }
  }

  @Test
  void compressedStreamOfLinesIsUnimplemented() throws Exception {
    Response response =
        gateway.exchange(request("POST", "/v1/shelves/1:add", "{}", "Content-Encoding: gzip"));

    assertThat(response.status()).isEqualTo(501);
    assertThat(response.body())
        .contains("content encoding gzip is not supported for a stream of requests");
  }

  @Test
  void queryParametersInOpenApiAreTaken() throws Exception {
    List<String> names = new ArrayList<>();
    JsonParser.parseString(gateway.exchange(request("GET", "/openapi.json", "")).body())
        .getAsJsonObject()
        .getAsJsonObject("paths")
        .getAsJsonObject("/v1/search")
        .getAsJsonObject("get")
        .getAsJsonArray("parameters")
        .forEach(each -> names.add(each.getAsJsonObject().get("name").getAsString()));

    assertThat(names).contains("tags", "author.born", "times", "pages", "mask");
    for (String name : names) {
      assertThat(gateway.exchange(request("GET", "/v1/search?" + name + "=1", "")).body())
          .as(name)
          .doesNotContain("no text form")
          .doesNotContain("no field");
    }
  }

  @Test
  void clientStreamHasLinesToo() throws Exception {
    Response response =
        gateway.exchange(request("POST", "/v1/shelves/1:add", "{}\n{\"title\":\"t\"}\n"));

    assertThat(response.body()).isEqualTo("{\"name\":\"shelves/1\",\"title\":\"t\"}\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          GET  | /v1/search?titel=x        |              | 400 | query parameter 'titel': no field \\"titel\\" in library.v1.Book; did you mean 'title'?
          GET  | /v1/search?author=x       |              | 400 | query parameter 'author': author is a message, which has no text form
          GET  | /v1/search?labels=x       |              | 400 | query parameter 'labels': labels is a message, which has no text form
          GET  | /v1/search?lent=maybe     |              | 400 | query parameter 'lent': lent: expected
          GET  | /v1/search?title=a&title=b |             | 400 | query parameter 'title': title is given twice
          PUT  | /v1/shelves/1/books/2?title=x | {}       | 400 | query parameter 'title': not taken; the body has all fields
          POST | /v1/shelves/1/books       | {"titel":1}  | 400 | request body line 1, column 2: book: no field
          POST | /v1/shelves/1/books       | {} {}        | 400 | request body has more than one JSON value
          GET  | /v1/nothing/at/all        |              | 404 | no resource /v1/nothing/at/all
          POST | /v1/search                |              | 405 | /v1/search is for GET; POST was sent
          """)
  void invalidRequestIsReported(String verb, String path, String body, int status, String message)
      throws Exception {
    Response response = gateway.exchange(request(verb, path, body == null ? "" : body));

    assertThat(response.body()).contains(message);
    assertThat(response.status()).isEqualTo(status);
  }

  @Test
  void callerWithoutRightsLearnsNoPath(@TempDir Path folder) throws Exception {
    PolicyRule other =
        new PolicyRule(
            Set.of(OwnProcess.uid()), Set.of(), List.of(new NamePattern(LIBRARY + "/Unbound")));
    try (HttpGateway closed = start(folder, List.of(other))) {
      for (String verb : List.of("GET", "POST")) {
        Response bound = closed.exchange(request(verb, "/v1/search", ""));
        Response unknown = closed.exchange(request(verb, "/v1/absent", ""));

        assertThat(bound.status()).isEqualTo(unknown.status()).isEqualTo(403);
        assertThat(bound.body()).isEqualTo(unknown.body().replace("absent", "search"));
      }
    }
  }
}
