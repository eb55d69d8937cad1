package dev.grpcos.gateway.credential;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grpcos.gateway.Await;
import dev.grpcos.gateway.config.SecretSource;
import dev.grpcos.gateway.forward.Destination.Authorization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
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

@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class BearerTokenTest {
  private final ScheduledThreadPoolExecutor worker = new ScheduledThreadPoolExecutor(2);
  @TempDir private Path folder;

  @AfterEach
  void stop() {
    worker.shutdownNow();
  }

  private static TokenCommand shell(String script, Duration timeout) {
    return new TokenCommand(List.of("/bin/sh", "-c", script), Duration.ofMinutes(5), timeout);
  }

  private static Token jwt(Instant expires) throws IOException {
    return jwt("{\"sub\":\"me\",\"exp\":" + expires.getEpochSecond() + "}");
  }

  private static Token jwt(String claims) throws IOException {
    String text =
        "e30."
            + Base64.getUrlEncoder().withoutPadding().encodeToString(claims.getBytes(US_ASCII))
            + ".sig";
    return Token.parse(text.getBytes(US_ASCII), "test");
  }

  @Test
  void jwtHasAnExpiry() throws Exception {
    Instant expires = Instant.ofEpochSecond(4_000_000_000L);

    assertThat(jwt(expires).expires()).isEqualTo(expires);
    assertThat(Token.parse("a.b.c".getBytes(US_ASCII), "test").expires()).isNull();
    assertThat(Token.parse("opaque\n".getBytes(US_ASCII), "test"))
        .isEqualTo(new Token("opaque", null));
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
    try (BearerToken token =
        new BearerToken(shell(script, Duration.ofSeconds(5)), "test", worker)) {
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
    assertThat(jwt("{\"exp\":" + exp + "}").isExpired(Instant.now())).isTrue();
  }

  @Test
  void slowCommandsDoNotOccupyTheWorkers() throws Exception {
    List<BearerToken> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 2 * worker.getCorePoolSize(); i++) {
        slow.add(new BearerToken(shell("sleep 600", Duration.ofMinutes(10)), "slow", worker));
      }
      Path file = Files.writeString(folder.resolve("token"), "one");
      try (BearerToken token = new BearerToken(new SecretSource.OfFile(file), "test", worker)) {
        assertThat(header(token)).isEqualTo("Bearer one");
      }
    } finally {
      slow.forEach(BearerToken::close);
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
    assertThatThrownBy(() -> Token.parse("a\r\nx-evil: 1".getBytes(US_ASCII), "file f"))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("file f gave no token");
    assertThatThrownBy(() -> Token.parse(" \n".getBytes(US_ASCII), "file f"))
        .hasMessageContaining("empty");
  }

  @Test
  void commandRunsAgainBeforeItsTokenExpires() throws Exception {
    TokenCommand command = shell("echo x", Duration.ofSeconds(5));
    Instant now = Instant.ofEpochSecond(1_000_000);

    assertThat(command.readAgain(jwt(now.plusSeconds(100)), now)).isEqualTo(Duration.ofSeconds(80));
    assertThat(command.readAgain(jwt(now.plusSeconds(3600)), now))
        .isEqualTo(Duration.ofMinutes(59));
    assertThat(command.readAgain(jwt(now.minusSeconds(5)), now)).isEqualTo(Duration.ofSeconds(1));
    assertThat(command.readAgain(new Token("x", null), now)).isEqualTo(Duration.ofMinutes(5));
  }

  @Test
  void hangingCommandIsKilledWithItsChildren() throws Exception {
    Path pid = folder.resolve("pid");
    TokenCommand command =
        shell("sleep 1000 & echo $! > " + pid + "; wait", Duration.ofMillis(700));

    assertThatThrownBy(() -> command.read(null))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("did not end within");
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
    try (BearerToken token =
        new BearerToken(
            new SecretSource.OfCommand(List.of("/bin/sh", "-c", script), Duration.ofMinutes(1)),
            "test",
            worker)) {
      List<CompletableFuture<Authorization>> calls = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        CompletableFuture<Authorization> call = new CompletableFuture<>();
        token.get(call::complete);
        calls.add(call);
      }
      Files.createFile(go);
      for (CompletableFuture<Authorization> call : calls) {
        assertThat(call.get(20, TimeUnit.SECONDS).header()).isEqualTo("Bearer token");
      }
      assertThat(Files.readAllLines(runs)).hasSize(1);
    }
  }

  @Test
  void emptyFileKeepsThePreviousToken() throws Exception {
    Path file = Files.writeString(folder.resolve("token"), "one");
    try (BearerToken token = new BearerToken(new SecretSource.OfFile(file), "test", worker)) {
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
    try (BearerToken token =
        new BearerToken(
            new SecretSource.OfCommand(List.of("/bin/sh", "-c", script), Duration.ofMinutes(1)),
            "test",
            worker)) {
      String first = header(token);
      Await.until(
          "another token is sent",
          () -> {
            String now = header(token);
            Token sent = Token.parse(now.substring("Bearer ".length()).getBytes(US_ASCII), "test");
            assertThat(sent.isExpired(Instant.now())).isFalse();
            return !now.equals(first);
          });
      assertThat(Files.readAllLines(runs)).hasSizeBetween(2, 4);
    }
  }

  @Test
  void failingSourceFailsCallsAndIsReadAgain() throws Exception {
    AtomicInteger readings = new AtomicInteger();
    TokenSource source =
        new TokenSource() {
          @Override
          public Token read(@Nullable Token last) {
            if (readings.incrementAndGet() == 1) {
              throw new StackOverflowError("broken");
            }
            return new Token("mended", null);
          }

          @Override
          public @Nullable Duration readAgain(Token token, Instant now) {
            return null;
          }
        };
    try (BearerToken token = new BearerToken(source, "test", worker)) {
      CompletableFuture<Authorization> call = new CompletableFuture<>();
      token.get(call::complete);
      Authorization first = call.get(20, TimeUnit.SECONDS);
      assertThat(first.header()).isNull();
      assertThat(first.failure().getDescription()).contains("broken");
      Await.until("it is read again", () -> header(token).equals("Bearer mended"));
    }
  }

  private static String header(BearerToken token) throws Exception {
    CompletableFuture<Authorization> call = new CompletableFuture<>();
    token.get(call::complete);
    return String.valueOf(call.get(20, TimeUnit.SECONDS).header());
  }
}
