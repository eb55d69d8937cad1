package dev.grpcos.cli.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grpcos.cli.failure.CallFailedException;
import dev.grpcos.cli.schema.Schema;
import dev.grpcos.gateway.channel.ServerAddress;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tests how often an endpoint resolves its target and tries to connect. */
class EndpointTest {
  private static final Target TARGET = Target.gateway(Path.of("/run/g.sock"), 1000);
  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  private final List<Duration> attempts = new ArrayList<>();
  private final List<ServerAddress> admitted = new ArrayList<>();
  private Status failure = Status.UNAVAILABLE;
  private int failures;
  private int resolved;

  /** Fails the number of times that the test sets, then connects. */
  private final Connections connections =
      new Connections() {
        @Override
        public void admit(ServerAddress address, boolean gateway) {
          admitted.add(address);
        }

        @Override
        public Connection connect(Target target, Duration timeout, @Nullable Duration wait) {
          attempts.add(timeout);
          if (attempts.size() <= failures) {
            throw new CallFailedException(failure, null, "test");
          }
          return new OpenConnection();
        }
      };

  private static final class OpenConnection implements Connection {
    @Override
    public Channel channel() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Schema reflected(Metadata metadata) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Status explain(Status status) {
      return status;
    }

    @Override
    public void close() {}
  }

  private Endpoint endpoint(@Nullable ServerAddress server, @Nullable Duration wait) {
    return new Endpoint(
        connections,
        server,
        () -> {
          resolved++;
          return TARGET;
        },
        TIMEOUT,
        wait,
        CallDefaults.NONE);
  }

  @Test
  void targetIsResolvedOnceHoweverOftenItIsUsed() {
    Endpoint endpoint = endpoint(null, null);
    endpoint.admit();
    endpoint.connect().close();
    endpoint.connectNow().close();

    assertThat(resolved).isEqualTo(1);
    assertThat(attempts).containsExactly(TIMEOUT, TIMEOUT);
  }

  @Test
  void serverIsAdmittedBeforeItsTargetIsResolved() {
    ServerAddress server = new ServerAddress.Tcp("books.example", 443, false);
    Endpoint endpoint = endpoint(server, null);
    endpoint.admit();

    assertThat(admitted).containsExactly(server);
    assertThat(resolved).isZero();
    assertThat(endpoint.host()).contains("books.example");
    assertThat(endpoint(null, null).host()).isEmpty();
  }

  @Test
  void endpointThatDoesNotWaitTriesOnce() {
    failures = 1;

    assertThatThrownBy(() -> endpoint(null, null).connect())
        .isInstanceOf(CallFailedException.class);
    assertThat(attempts).hasSize(1);
  }

  @Test
  void endpointThatWaitsTriesUntilTheServerCanBeReached() {
    failures = 2;
    endpoint(null, Duration.ofSeconds(60)).connect().close();

    assertThat(attempts).hasSize(3).containsOnly(Duration.ofSeconds(60));
  }

  @Test
  void otherFailureEndsTheWait() {
    failures = 2;
    failure = Status.CANCELLED;

    assertThatThrownBy(() -> endpoint(null, Duration.ofSeconds(60)).connect())
        .isInstanceOf(CallFailedException.class);
    assertThat(attempts).hasSize(1);
  }
}
