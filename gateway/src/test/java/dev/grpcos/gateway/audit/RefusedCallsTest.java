package dev.grpcos.gateway.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.peer.PeerIdentity;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RefusedCallsTest {
  private static final long SECOND = 1_000_000_000;

  private final RefusedCalls refused = new RefusedCalls(0);

  private long admitted(int uid, int calls, long now) {
    return IntStream.range(0, calls).filter(i -> refused.admit(uid, now)).count();
  }

  @Test
  void hundredCallsOfAUserHaveRecordsAndTheOthersALine() {
    assertThat(admitted(65534, 9000, 1)).isEqualTo(100);
    assertThat(admitted(7, 30, 1)).isEqualTo(30);
    assertThat(refused.take(SECOND - 1)).as("before the second ends").isEmpty();

    assertThat(refused.take(SECOND)).hasSize(1);
    assertThat(refused.take(SECOND + 1)).isEmpty();
    assertThat(admitted(65534, 200, SECOND + 1)).isEqualTo(100);
    assertThat(refused.takeAll().get(0).line())
        .matches("\\{\"time\":\"[^\"]+Z\",\"uid\":65534,\"refused\":100}\n");
  }

  @Test
  void allClientsOverTcpHaveOneBudget() {
    assertThat(admitted(PeerIdentity.TCP_SHARE, 150, 1)).isEqualTo(100);
    assertThat(refused.takeAll().get(0).line())
        .endsWith("Z\",\"network\":\"tcp\",\"refused\":50}\n");
  }

  @Test
  void manyUsersAreCountedTogether() {
    for (int uid = 0; uid < 5000; uid++) {
      refused.admit(uid, 1);
    }
    assertThat(refused.take(SECOND).get(0).line())
        .doesNotContain("uid")
        .endsWith("\"refused\":4000}\n");
  }

  @Test
  void linesThatAreNotTakenAreCombined() {
    for (int second = 0; second < 5000; second++) {
      admitted(7, 101, second * SECOND);
    }
    assertThat(refused.takeAll().size()).isLessThan(3000);
  }
}
