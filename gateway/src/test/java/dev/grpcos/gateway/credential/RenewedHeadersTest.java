package dev.grpcos.gateway.credential;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grpcos.gateway.Await;
import dev.grpcos.gateway.config.SecretSource;
import dev.grpcos.gateway.forward.AddedHeaders;
import dev.grpcos.gateway.forward.Destination.Authorization;
import io.grpc.Metadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Delayed;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(180)
@Execution(ExecutionMode.CONCURRENT)
class RenewedHeadersTest {
  private final ScheduledThreadPoolExecutor worker = new ScheduledThreadPoolExecutor(2);

  /** The time of a command that is killed. */
  private static final Duration BRIEF = Duration.ofMillis(700);

  @TempDir private Path folder;

  @AfterEach
  void stop() {
    worker.shutdownNow();
  }

  private static SecretCommand shell(String script, Duration timeout) {
    return new SecretCommand(
        List.of("/bin/sh", "-c", script), SecretKind.TOKEN, Duration.ofMinutes(5), timeout);
  }

  private RenewedHeaders bearer(SecretReader token) {
    return new RenewedHeaders(SecretHeader.bearer(token), "test", worker);
  }

  private RenewedHeaders bearer(SecretSource token) {
    return bearer(SecretReader.of(token, SecretKind.TOKEN));
  }

  private static SecretText parse(String text) throws IOException {
    return SecretText.parse(text.getBytes(US_ASCII), SecretKind.TOKEN, "test");
  }

  private static SecretText jwt(Instant expires) throws IOException {
    return jwt("{\"sub\":\"me\",\"exp\":" + expires.getEpochSecond() + "}");
  }

  private static SecretText jwt(String claims) throws IOException {
    String text =
        "e30."
            + Base64.getUrlEncoder().withoutPadding().encodeToString(claims.getBytes(US_ASCII))
            + ".sig";
    return parse(text);
  }

  @Test
  void jwtHasAnExpiry() throws Exception {
    Instant expires = Instant.ofEpochSecond(4_000_000_000L);

    assertThat(jwt(expires).expires()).isEqualTo(expires);
    assertThat(parse("a.b.c").expires()).isNull();
    assertThat(parse("opaque\n")).isEqualTo(new SecretText("opaque", null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"exp\":1e17}",
        "{\"exp\":9223372036854775807}",
        "{\"exp\":1e999999}",
        "{\"exp\":[]}",
        "{\"exp\":[1,2]}",
        "{\"exp\":{}}",
        "{\"exp\":null}",
        "{\"exp\":\"soon\"}",
        "{}",
        "[]",
        "{"
      })
  void jwtWithInvalidExpiryIsAnOrdinaryToken(String claims) throws Exception {
    assertThat(jwt(claims).expires()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      longs = {
        253402300799L, // the year 9999
        1_800_000_000_000L, // milliseconds
        31556889864403199L, // Instant.MAX
        Long.MAX_VALUE
      })
  void tokenThatExpiresFarInTheFutureIsUsedAndReadOnce(long exp) throws Exception {
    Path runs = folder.resolve("runs");
    String claims =
        Base64.getUrlEncoder().encodeToString(("{\"exp\":" + exp + "}").getBytes(US_ASCII));
    String script = "echo run >> %s; echo e30.%s.x".formatted(runs, claims.replace("=", ""));
    try (RenewedHeaders token = bearer(shell(script, Duration.ofMinutes(1)))) {
      assertThat(header(token)).startsWith("Bearer e30.");
      assertThat(header(token)).startsWith("Bearer e30.");
      assertThat(Files.readAllLines(runs)).hasSize(1);
      Await.until("the next reading is scheduled", () -> !worker.getQueue().isEmpty());
      assertThat(((Delayed) worker.getQueue().element()).getDelay(TimeUnit.HOURS))
          .isBetween(0L, 24L);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, -31557014167219200L})
  void tokenThatExpiredLongAgoIsExpired(long exp) throws Exception {
    assertThat(RenewalTime.isExpired(jwt("{\"exp\":" + exp + "}").expires(), Instant.now()))
        .isTrue();
  }

  @Test
  void slowCommandsDoNotOccupyTheWorkers() throws Exception {
    List<RenewedHeaders> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 2 * worker.getCorePoolSize(); i++) {
        slow.add(bearer(shell("sleep 600", Duration.ofMinutes(10))));
      }
      Path file = Files.writeString(folder.resolve("token"), "one");
      try (RenewedHeaders token = bearer(new SecretSource.OfFile(file))) {
        assertThat(header(token)).isEqualTo("Bearer one");
      }
    } finally {
      slow.forEach(RenewedHeaders::close);
    }
    Await.until(
        "the commands are gone",
        () ->
            ProcessHandle.current()
                .descendants()
                .noneMatch(each -> each.info().commandLine().orElse("").contains("sleep 600")));
  }

  @Test
  void invalidTokenTextIsRefused() {
    assertThatThrownBy(() -> parse("a\r\nx-evil: 1"))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("test gave no token");
    assertThatThrownBy(() -> parse(" \n")).hasMessageContaining("empty");
  }

  @Test
  void commandRunsAgainBeforeItsTokenExpires() throws Exception {
    SecretCommand command = shell("echo x", Duration.ofMinutes(1));
    Instant now = Instant.ofEpochSecond(1_000_000);

    assertThat(command.readAgain(jwt(now.plusSeconds(100)), now)).isEqualTo(Duration.ofSeconds(80));
    assertThat(command.readAgain(jwt(now.plusSeconds(3600)), now))
        .isEqualTo(Duration.ofMinutes(59));
    assertThat(command.readAgain(jwt(now.minusSeconds(5)), now)).isEqualTo(Duration.ofSeconds(1));
    assertThat(command.readAgain(new SecretText("x", null), now)).isEqualTo(Duration.ofMinutes(5));
  }

  @Test
  void hangingCommandIsKilledWithItsChildren() throws Exception {
    Path pid = folder.resolve("pid");
    SecretCommand command =
        shell("sleep 1000 & echo $! > %1$s.new; mv %1$s.new %1$s; wait".formatted(pid), BRIEF);
    Await.until(
        "a command has begun before its time ends",
        () -> {
          assertThatThrownBy(() -> command.read(null))
              .isInstanceOf(IOException.class)
              .hasMessageContaining("did not end within");
          return Files.exists(pid);
        });
    long child = Long.parseLong(Files.readString(pid).strip());
    Await.until(
        "the grandchild is gone",
        () -> ProcessHandle.of(child).map(each -> !each.isAlive()).orElse(true));
  }

  @Test
  void outputOfTheCommandIsBounded() {
    assertThatThrownBy(() -> shell("yes | tr -d '\\n'", Duration.ofSeconds(2)).read(null))
        .isInstanceOf(IOException.class);
  }

  @Test
  void callsThatComeBeforeTheFirstTokenWaitForOneReading() throws Exception {
    Path runs = folder.resolve("runs");
    Path go = folder.resolve("go");
    String script =
        "echo run >> %s; while [ ! -e %s ]; do sleep 0.05; done; echo token".formatted(runs, go);
    try (RenewedHeaders token =
        bearer(
            new SecretSource.OfCommand(List.of("/bin/sh", "-c", script), Duration.ofMinutes(1)))) {
      List<CompletableFuture<Authorization>> calls = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        CompletableFuture<Authorization> call = new CompletableFuture<>();
        token.get(call::complete);
        calls.add(call);
      }
      Files.createFile(go);
      for (CompletableFuture<Authorization> call : calls) {
        assertThat(header(call)).isEqualTo("Bearer token");
      }
      assertThat(Files.readAllLines(runs)).hasSize(1);
    }
  }

  @Test
  void emptyFileKeepsThePreviousToken() throws Exception {
    Path file = Files.writeString(folder.resolve("token"), "one");
    try (RenewedHeaders token = bearer(new SecretSource.OfFile(file))) {
      assertThat(header(token)).isEqualTo("Bearer one");
      Files.writeString(file, "");
      long before = worker.getCompletedTaskCount();
      Await.until("it was looked at", () -> worker.getCompletedTaskCount() > before + 1);
      assertThat(header(token)).isEqualTo("Bearer one");

      Files.writeString(file, "two");
      Await.until("the new one is there", () -> "Bearer two".equals(header(token)));
    }
  }

  /** Each token is valid for three seconds, and is never used in the last two. */
  @Test
  void tokenIsReadAgainBeforeItExpires() throws Exception {
    Path runs = folder.resolve("runs");
    String script =
        "echo run >> "
            + runs
            + "; printf 'e30.%s.%s' \"$(printf '{\"exp\":%s}' $(($(date +%s) + 4)) | base64 | tr -d"
            + " '=\\n"
            + "')\" $$";
    try (RenewedHeaders token =
        bearer(
            new SecretSource.OfCommand(List.of("/bin/sh", "-c", script), Duration.ofMinutes(1)))) {
      Set<String> sent = new HashSet<>();
      long start = System.nanoTime();
      Await.until(
          "a second token is sent",
          () -> {
            Instant asked = Instant.now();
            String now = header(token);
            if (now.startsWith("Bearer ")) { // else the command was slow, and its token has expired
              SecretText text = parse(now.substring("Bearer ".length()));
              assertThat(RenewalTime.isExpired(text.expires(), asked)).isFalse();
              sent.add(now);
            }
            return sent.size() == 2;
          });
      long seconds = Duration.ofNanos(System.nanoTime() - start).toSeconds();
      assertThat(Files.readAllLines(runs)).hasSizeBetween(2, (int) seconds + 3);
    }
  }

  @Test
  void refusedTokenIsReadAgainAfterAWhile() throws Exception {
    Path runs = folder.resolve("runs");
    SecretCommand command =
        shell("echo run >> %s; wc -l < %s".formatted(runs, runs), Duration.ofMinutes(1));
    try (RenewedHeaders patient = bearer(command)) {
      assertThat(header(patient)).isEqualTo("Bearer 1");
      patient.refused();
      assertThat(header(patient)).isEqualTo("Bearer 1");
      assertThat(Files.readAllLines(runs)).hasSize(1);
    }
    try (RenewedHeaders token =
        new RenewedHeaders(SecretHeader.bearer(command), "test", worker, Duration.ZERO)) {
      assertThat(header(token)).isEqualTo("Bearer 2");
      token.refused();
      Await.until("it is read again", () -> header(token).equals("Bearer 3"));
    }
  }

  @Test
  void failingSourceFailsCallsAndIsReadAgain() throws Exception {
    AtomicInteger readings = new AtomicInteger();
    SecretReader source =
        new SecretReader() {
          @Override
          public SecretText read(@Nullable SecretText last) {
            if (readings.incrementAndGet() == 1) {
              throw new StackOverflowError("broken");
            }
            return new SecretText("mended", null);
          }

          @Override
          public @Nullable Duration readAgain(SecretText text, Instant now) {
            return null;
          }
        };
    try (RenewedHeaders token = bearer(source)) {
      CompletableFuture<Authorization> call = new CompletableFuture<>();
      token.get(call::complete);
      Authorization first = call.get(60, TimeUnit.SECONDS);
      assertThat(first.headers()).isNull();
      assertThat(first.failure().getDescription()).contains("broken");
      Await.until("it is read again", () -> header(token).equals("Bearer mended"));
    }
  }

  @Test
  void callsAreRefusedIfNoReadingCanBeStarted() throws Exception {
    Path file = Files.writeString(folder.resolve("token"), "one");
    worker.shutdown();
    try (RenewedHeaders token = bearer(new SecretSource.OfFile(file))) {
      for (int i = 0; i < 2; i++) {
        CompletableFuture<Authorization> call = new CompletableFuture<>();
        token.get(call::complete);
        assertThat(call.get(60, TimeUnit.SECONDS).failure().getDescription())
            .isEqualTo("the credentials cannot be read: no thread is free");
      }
    }
  }

  @Test
  void closingRefusesCallsThatWaitForAReading() throws Exception {
    Path file = Files.writeString(folder.resolve("token"), "one");
    CountDownLatch busy = new CountDownLatch(1);
    for (int i = 0; i < worker.getCorePoolSize(); i++) {
      worker.execute(() -> assertThatCode(busy::await).doesNotThrowAnyException());
    }
    CompletableFuture<Authorization> call = new CompletableFuture<>();
    try (RenewedHeaders token = bearer(new SecretSource.OfFile(file))) {
      token.get(call::complete);
      assertThat(call).isNotDone();
    }
    assertThat(call.get(60, TimeUnit.SECONDS).failure())
        .hasToString(
            "Status{code=UNAVAILABLE, description=the credentials are no longer in use; try again,"
                + " cause=null}");
    busy.countDown();
  }

  /** Some of the callers come after it was closed, and some between its two steps. */
  @Test
  void everyCallGetsAnAnswerAlthoughTheSourceIsClosedMeanwhile() throws Exception {
    Path file = Files.writeString(folder.resolve("token"), "one");
    List<CompletableFuture<Authorization>> calls = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      RenewedHeaders token = bearer(new SecretSource.OfFile(file));
      CompletableFuture<Authorization> call = new CompletableFuture<>();
      calls.add(call);
      worker.execute(token::close);
      token.get(call::complete);
    }
    for (CompletableFuture<Authorization> call : calls) {
      assertThat(call.get(60, TimeUnit.SECONDS)).isNotNull();
    }
  }

  private static String header(RenewedHeaders token) throws Exception {
    CompletableFuture<Authorization> call = new CompletableFuture<>();
    token.get(call::complete);
    return header(call);
  }

  private static String header(CompletableFuture<Authorization> call) throws Exception {
    Metadata metadata = new Metadata();
    AddedHeaders headers = call.get(60, TimeUnit.SECONDS).headers();
    if (headers != null) {
      headers.setIn(metadata);
    }
    return String.valueOf(
        metadata.get(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER)));
  }
}
