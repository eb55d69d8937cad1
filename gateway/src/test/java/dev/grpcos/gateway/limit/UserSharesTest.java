package dev.grpcos.gateway.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.config.Limits;
import dev.grpcos.gateway.limit.UserShares.Verdict;
import dev.grpcos.gateway.process.OwnProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class UserSharesTest {
  private static final int ROOT = 0;
  private static final int USER = 40_000;

  private final AtomicReference<Limits> limits =
      new AtomicReference<>(Limits.DEFAULT.withCalls(40));
  private final UserShares shares = new UserShares(limits::get, Limits::calls);

  private Verdict fill(int uid) {
    Verdict last = Verdict.GRANTED;
    while (last == Verdict.GRANTED) {
      last = shares.acquire(uid);
    }
    return last;
  }

  @Test
  void shareIsAQuarter() {
    assertThat(fill(USER)).isEqualTo(Verdict.OVER_SHARE);
    assertThat(shares.sum()).isEqualTo(10);
    assertThat(shares.acquire(USER + 1)).isEqualTo(Verdict.GRANTED);
  }

  @Test
  void ownerAndRootHaveNoShare() {
    assertThat(shares.acquire(ROOT)).isEqualTo(Verdict.GRANTED);
    assertThat(fill(OwnProcess.uid())).isEqualTo(Verdict.OVER_LIMIT);
    assertThat(shares.sum()).isEqualTo(40);
    assertThat(shares.acquire(ROOT, 1)).isEqualTo(Verdict.GRANTED);
    assertThat(shares.acquire(ROOT, 1)).isEqualTo(Verdict.OVER_LIMIT);
  }

  @Test
  void manyUsersLeaveRoomForTheOwner() {
    for (int user = USER; user < USER + 9; user++) {
      fill(user);
    }
    assertThat(shares.acquire(USER + 100)).isEqualTo(Verdict.RESERVED);
    assertThat(shares.acquire(USER + 100, 16)).as("not for others").isEqualTo(Verdict.RESERVED);
    assertThat(shares.acquire(OwnProcess.uid())).isEqualTo(Verdict.GRANTED);
    fill(OwnProcess.uid());
    assertThat(shares.acquire(USER + 100)).isEqualTo(Verdict.OVER_LIMIT);
  }

  @Test
  void everyUserMayHoldOneOfASmallLimit() {
    limits.set(Limits.DEFAULT.withCalls(2).withShare(1));
    assertThat(shares.acquire(USER)).isEqualTo(Verdict.GRANTED);
    assertThat(shares.acquire(USER)).isEqualTo(Verdict.OVER_SHARE);
  }

  @Test
  void limitsMayChangeWhileSomethingIsHeld() {
    fill(USER);
    limits.set(Limits.DEFAULT.withCalls(4));
    assertThat(shares.acquire(USER)).isEqualTo(Verdict.OVER_SHARE);
    for (int i = 0; i < 10; i++) {
      shares.release(USER);
    }
    assertThat(shares.acquire(USER)).isEqualTo(Verdict.GRANTED);
    assertThat(shares.sum()).isEqualTo(1);
  }

  @Test
  void usersThatHoldNothingAreForgotten() {
    for (int user = USER; user < USER + 1000; user++) {
      shares.acquire(user);
      shares.release(user);
      shares.acquire(user);
      fill(user);
      while (shares.sum() > 0) {
        shares.release(user);
      }
    }
    assertThat(shares.users()).isZero();
  }

  @Test
  void countsAreExactWithManyThreads() throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Thread thread =
          new Thread(
              () -> {
                for (int round = 0; round < 20_000; round++) {
                  int uid = USER + round % 3;
                  if (shares.acquire(uid) == Verdict.GRANTED) {
                    shares.release(uid);
                  }
                }
              });
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(shares.sum()).isZero();
    assertThat(shares.users()).isZero();
  }
}
