package dev.grpcos.gateway.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.config.Limits;
import dev.grpcos.gateway.listener.ConnectionGate.ConnectionKind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConnectionGateTest {
  private static final int USER = 40_000;

  private final ConnectionGate gate =
      new ConnectionGate(() -> Limits.DEFAULT.withConnections(40), ConnectionGate.STRANGERS);

  private List<ConnectionKind> admit(int count, int uid, boolean hasRights) {
    List<ConnectionKind> admissions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      admissions.add(gate.admit(uid, hasRights, true));
    }
    return admissions;
  }

  @Test
  void usersWithoutRightsShareSixteenConnections() {
    assertThat(admit(8, USER, false)).containsOnly(ConnectionKind.STRANGER);
    assertThat(admit(8, USER + 1, false)).containsOnly(ConnectionKind.STRANGER);
    assertThat(gate.admit(USER + 2, false, true)).isEqualTo(ConnectionKind.REFUSED);
    assertThat(gate.admit(USER + 2, true, true)).isEqualTo(ConnectionKind.ORDINARY);

    gate.leave(USER, ConnectionKind.STRANGER);
    assertThat(gate.admit(USER + 2, false, true)).isEqualTo(ConnectionKind.STRANGER);
  }

  @Test
  void userGetsItsShareThenSurplusThenNothing() {
    List<ConnectionKind> admissions = admit(20, USER, true);
    assertThat(admissions.subList(0, 10)).containsOnly(ConnectionKind.ORDINARY);
    assertThat(admissions.subList(10, 12)).containsOnly(ConnectionKind.OVER_SHARE);
    assertThat(admissions.subList(12, 20)).containsOnly(ConnectionKind.REFUSED);
    assertThat(gate.admit(USER + 1, true, true)).isEqualTo(ConnectionKind.ORDINARY);
  }

  @Test
  void closedConnectionsMakeRoom() {
    for (ConnectionKind each : admit(20, USER, true)) {
      if (each != ConnectionKind.REFUSED) {
        gate.leave(USER, each);
      }
    }
    assertThat(admit(10, USER, true)).containsOnly(ConnectionKind.ORDINARY);
  }

  @Test
  void rootIsAdmittedWhileUsersHoldAllTheyCan() {
    for (int uid = USER; uid < USER + 10; uid++) {
      admit(40, uid, true);
    }
    assertThat(gate.admit(USER + 20, true, true))
        .isIn(ConnectionKind.OVER_RESERVE, ConnectionKind.REFUSED);
    assertThat(admit(5, 0, true)).containsOnly(ConnectionKind.ORDINARY);
    assertThat(gate.admit(0, true, true)).isEqualTo(ConnectionKind.OVER_LIMIT);
  }

  @Test
  void reservedConnectionsAreToTheOwnersSocket() {
    List<ConnectionKind> admissions = new ArrayList<>();
    for (int i = 0; i < 80; i++) {
      admissions.add(gate.admit(0, true, false));
    }
    assertThat(admissions.subList(0, 35)).containsOnly(ConnectionKind.ORDINARY);
    assertThat(admissions.get(35)).isEqualTo(ConnectionKind.OVER_RESERVE);
    assertThat(admissions.subList(60, 80)).containsOnly(ConnectionKind.REFUSED);
    assertThat(admit(5, 0, true)).containsOnly(ConnectionKind.ORDINARY);
    assertThat(admit(5, 0, true)).containsOnly(ConnectionKind.OVER_LIMIT);
  }
}
