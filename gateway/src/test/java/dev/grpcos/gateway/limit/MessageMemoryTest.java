package dev.grpcos.gateway.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessageMemoryTest {
  private static final int MEBIBYTE = 1 << 20;

  private final MessageMemory memory = new MessageMemory(() -> 10 * MEBIBYTE, 100 * MEBIBYTE);

  private MessageAccount holding(int bytes) {
    MessageAccount account = memory.account();
    account.begin();
    account.arrive(bytes);
    return account;
  }

  @Test
  void messageIsChargedUntilItHasBeenPassedOn() {
    MessageAccount account = holding(4 * MEBIBYTE);
    assertThat(memory.used()).isGreaterThan(3 * MEBIBYTE);
    account.add(4 * MEBIBYTE);
    assertThat(memory.used()).isGreaterThan(7 * MEBIBYTE);

    account.release();
    assertThat(memory.used()).isZero();
    account.close();
    assertThat(memory.used()).isZero();
  }

  @Test
  void messageThatDoesNotFitGivesUpItsMemory() {
    MessageAccount first = holding(6 * MEBIBYTE);
    assertThatThrownBy(() -> holding(6 * MEBIBYTE))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
              assertThat(e.getStatus().getDescription()).contains("limits.memory");
            });
    first.add(3 * MEBIBYTE);
    first.close();
    assertThat(memory.used()).isZero();
  }

  @Test
  void bytesThatAreHeldCountUntilTheyAreDropped() {
    MessageAccount account = memory.account(true);
    account.hold(6 * MEBIBYTE);
    account.hold(4 * MEBIBYTE);
    assertThatThrownBy(() -> account.hold(1)).isInstanceOf(StatusRuntimeException.class);
    assertThat(memory.used()).as("the others stay").isEqualTo(10 * MEBIBYTE);
    account.drop(6 * MEBIBYTE);
    assertThat(memory.used()).isEqualTo(4 * MEBIBYTE);

    account.close();
    account.drop(4 * MEBIBYTE);
    account.hold(1);
    assertThat(memory.used()).isZero();
  }

  @Test
  void partIsReservedForTheGatewaysUserAndRoot() {
    MessageAccount others = holding(9 * MEBIBYTE);
    assertThatThrownBy(() -> holding(MEBIBYTE)).isInstanceOf(StatusRuntimeException.class);
    MessageAccount own = memory.account(true);
    own.begin();
    own.arrive(MEBIBYTE);
    assertThat(memory.used()).isBetween(9L * MEBIBYTE, 10L * MEBIBYTE);
    own.close();
    others.close();
    assertThat(memory.used()).isZero();
  }

  @Test
  void smallMessagesAreBounded() {
    MessageMemory little = new MessageMemory(() -> 10 * MEBIBYTE, 20 * MEBIBYTE);
    List<MessageAccount> accounts = new ArrayList<>();
    assertThatThrownBy(
            () -> {
              while (accounts.size() < 1000) {
                MessageAccount account = little.account();
                accounts.add(account);
                account.begin();
                account.arrive(60_000);
              }
            })
        .isInstanceOf(StatusRuntimeException.class);
    assertThat(accounts).hasSizeBetween(200, 250);
    MessageAccount tiny = little.account();
    tiny.begin();
    tiny.arrive(3000);

    accounts.forEach(MessageAccount::close);
    assertThat(little.used()).isZero();
    for (int i = 0; i < 10_000; i++) {
      MessageAccount account = little.account();
      account.begin();
      account.arrive(60_000);
      account.close();
    }
  }

  @Test
  void smallMessagesAreFreeOfCharge() {
    MessageAccount large = holding(9 * MEBIBYTE);
    for (int i = 0; i < 1000; i++) {
      holding(10_000);
    }
    assertThat(memory.used()).isLessThan(10 * MEBIBYTE);
    large.close();
    assertThat(memory.used()).isZero();
  }

  @Test
  void messageOfManySmallPartsIsChargedForThem() {
    MessageAccount account = memory.account();
    account.begin();
    for (int i = 0; i < 20_000; i++) {
      account.arrive(1);
    }
    assertThat(memory.used()).isGreaterThan(2 * MEBIBYTE);
  }

  @Test
  void endedCallIsNotCharged() {
    MessageAccount account = holding(4 * MEBIBYTE);
    account.close();
    account.arrive(4 * MEBIBYTE);
    assertThat(memory.used()).isZero();
  }
}
