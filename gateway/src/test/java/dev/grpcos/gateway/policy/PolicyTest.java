package dev.grpcos.gateway.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.call.TakenRoute;
import dev.grpcos.gateway.config.NamePattern;
import dev.grpcos.gateway.config.PolicyRule;
import dev.grpcos.gateway.peer.PeerIdentity;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyTest {
  private static final int SELF = 1000;
  private static final int ROOT = 0;
  private static final int DEPLOY = 2000;
  private static final int MEMBER = 3000;
  private static final int OTHER_USER = 4000;
  private static final int OPS = 50;
  private static final String HEALTH = "grpc.health.v1.Health/Check";
  private static final String REFLECTION =
      "grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
  private static final String ADMIN = "grpcos.admin.v1.Admin/Stop";

  private static final Policy NO_RULES = new Policy(SELF, List.of());
  private static final Policy RULES =
      new Policy(
          SELF,
          List.of(
              rule(Set.of(DEPLOY), Set.of(), "billing.v1.Billing/*"),
              rule(Set.of(), Set.of(OPS), "*")));

  private static final Policy STAGING =
      new Policy(
          SELF,
          List.of(
              new PolicyRule(
                  Set.of(DEPLOY),
                  Set.of(),
                  List.of(new NamePattern("*")),
                  List.of(new NamePattern("staging"), new NamePattern("eu-*")))));

  private static PolicyRule rule(Set<Integer> users, Set<Integer> groups, String pattern) {
    return new PolicyRule(users, groups, List.of(new NamePattern(pattern)));
  }

  private static PeerIdentity peer(int uid) {
    return new PeerIdentity(uid, uid, uid == MEMBER ? List.of(7, OPS) : List.of(), 1);
  }

  @ParameterizedTest
  @CsvSource({"1000, true", "0, true", "2000, false", "3000, false"})
  void withoutRulesOnlyTheOwnUserAndRootMayCall(int uid, boolean allowed) {
    for (String method : List.of("billing.v1.Billing/Get", "grpc.health.v1.Health/Check", ADMIN)) {
      assertThat(NO_RULES.decide(peer(uid), method, TakenRoute.OWN).allowed()).isEqualTo(allowed);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "2000, billing.v1.Billing/Get, true",
    "2000, billing.v1.Billing2/Get, false",
    "2000, billing.v1.Billing, false",
    "3000, billing.v1.Billing/Get, true",
    "3000, other.Service/Get, true",
    "4000, billing.v1.Billing/Get, false",
    "1000, billing.v1.Billing/Get, false",
    "0, billing.v1.Billing/Get, false"
  })
  void rulesAllowOnlyTheirUsersAndMethods(int uid, String method, boolean allowed) {
    assertThat(RULES.decide(peer(uid), method, TakenRoute.OWN).allowed()).isEqualTo(allowed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "grpc.health.v1.Health/Watch",
        "grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
        "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"
      })
  void healthAndReflectionAreAllowedToEveryNamedUser(String method) {
    for (int uid : new int[] {DEPLOY, MEMBER, SELF, ROOT}) {
      assertThat(RULES.decide(peer(uid), method, TakenRoute.OWN).allowed())
          .as("uid %d", uid)
          .isTrue();
    }
    assertThat(RULES.decide(peer(OTHER_USER), method, TakenRoute.OWN).allowed()).isFalse();
  }

  @Test
  void adminServiceIsOnlyForTheOwnUserAndRoot() {
    assertThat(RULES.decide(peer(SELF), ADMIN, TakenRoute.OWN).allowed()).isTrue();
    assertThat(RULES.decide(peer(ROOT), ADMIN, TakenRoute.OWN).allowed()).isTrue();
    assertThat(RULES.decide(peer(MEMBER), ADMIN, TakenRoute.OWN).allowed()).isFalse();
  }

  @Test
  void primaryGroupIsMatchedToo() {
    PeerIdentity peer = new PeerIdentity(OTHER_USER, OPS, List.of(), 1);
    assertThat(RULES.decide(peer, "other.Service/Get", TakenRoute.OWN).allowed()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "staging, false, true",
    "eu-1, false, true",
    "production, false, false",
    "production, true, false",
    "staging, true, true",
    ", false, false",
  })
  void ruleWithUpstreamsAllowsOnlyCallsThatGoThere(
      @Nullable String upstream, boolean redirected, boolean allowed) {
    TakenRoute route = new TakenRoute(upstream, redirected);
    assertThat(STAGING.decide(peer(DEPLOY), "a.B/Get", route).allowed()).isEqualTo(allowed);
  }

  @Test
  void ruleWithoutUpstreamsAllowsOnlyCallsThatTheGatewaySendsThere() {
    PeerIdentity ops = peer(MEMBER);
    TakenRoute other = new TakenRoute("staging", true);
    assertThat(RULES.decide(ops, "a.B/Get", TakenRoute.to("staging")).allowed()).isTrue();
    for (String method : List.of("a.B/Get", HEALTH, REFLECTION)) {
      assertThat(RULES.decide(ops, method, other).allowed()).as(method).isFalse();
    }
    PolicyRule listing =
        new PolicyRule(
            Set.of(DEPLOY),
            Set.of(),
            List.of(new NamePattern("a.B/*")),
            List.of(new NamePattern("*")));
    assertThat(new Policy(SELF, List.of(listing)).decide(peer(DEPLOY), "a.B/Get", other).allowed())
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {SELF, ROOT})
  void ownUserAndRootNameAnyUpstreamOnTheOwnersSocketOnly(int uid) {
    TakenRoute other = new TakenRoute("staging", true);
    Policy ruled = new Policy(SELF, List.of(rule(Set.of(SELF, ROOT), Set.of(), "a.B/*")));
    List<NamePattern> methods = List.of(new NamePattern("a.B/*"));
    for (Policy policy : List.of(NO_RULES, ruled)) {
      assertThat(policy.decide(peer(uid), "a.B/Get", other).allowed()).isTrue();
      for (SocketRights rights :
          List.of(
              new SocketRights.NarrowedRights(true, Set.of(), Set.of(), methods, List.of()),
              new SocketRights.NetworkRights(methods))) {
        SocketCaller caller = new SocketCaller(peer(uid), new SocketAccess(Path.of("/s"), rights));
        assertThat(policy.allows(caller, "a.B/Get", other)).isFalse();
        assertThat(policy.allows(caller, "a.B/Get", TakenRoute.to("staging"))).isTrue();
      }
    }
    assertThat(ruled.decide(peer(uid), "a.C/Get", other).allowed()).isFalse();
    assertThat(STAGING.decide(peer(uid), "a.B/Get", other).allowed()).isFalse();
  }

  @Test
  void healthAndReflectionOfAnUpstreamAreForUsersWhoMayCallIt() {
    for (String method : List.of(HEALTH, REFLECTION)) {
      assertThat(STAGING.decide(peer(DEPLOY), method, TakenRoute.OWN).allowed()).isTrue();
      assertThat(STAGING.decide(peer(DEPLOY), method, TakenRoute.to("eu-1")).allowed()).isTrue();
      assertThat(STAGING.decide(peer(DEPLOY), method, TakenRoute.to("us-1")).allowed()).isFalse();
      assertThat(STAGING.decide(peer(OTHER_USER), method, TakenRoute.to("eu-1")).allowed())
          .isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "a.B/Get, staging, true",
    "a.B/Get, production, false",
    "a.B/Get, , false",
    "a.C/Get, staging, false",
    "grpc.health.v1.Health/Check, , true",
    "grpc.health.v1.Health/Check, production, false",
    "grpc.reflection.v1.ServerReflection/ServerReflectionInfo, staging, true",
    "grpc.reflection.v1.ServerReflection/ServerReflectionInfo, , true",
    "grpc.reflection.v1.ServerReflection/ServerReflectionInfo, production, false",
  })
  void socketWithUpstreamsAllowsOnlyCallsThatGoThere(
      String method, @Nullable String upstream, boolean allowed) {
    SocketRights rights =
        new SocketRights.NarrowedRights(
            true,
            Set.of(),
            Set.of(),
            List.of(new NamePattern("a.B/*"), new NamePattern("grpc.health.v1.Health/*")),
            List.of(new NamePattern("staging")));
    SocketCaller owner = new SocketCaller(peer(SELF), new SocketAccess(Path.of("/s"), rights));
    assertThat(NO_RULES.allows(owner, method, new TakenRoute(upstream, false))).isEqualTo(allowed);
  }

  @Test
  void socketWithoutUpstreamsDoesNotReachTheHealthOfAnUpstream() {
    String health = "grpc.health.v1.Health/Check";
    List<NamePattern> methods =
        List.of(new NamePattern("a.B/*"), new NamePattern("grpc.health.v1.Health/*"));
    SocketRights narrowed =
        new SocketRights.NarrowedRights(true, Set.of(), Set.of(), methods, List.of());
    for (SocketRights rights : List.of(narrowed, new SocketRights.NetworkRights(methods))) {
      SocketCaller owner = new SocketCaller(peer(SELF), new SocketAccess(Path.of("/s"), rights));
      assertThat(NO_RULES.allows(owner, health, TakenRoute.OWN)).isTrue();
      assertThat(NO_RULES.allows(owner, health, new TakenRoute("staging", false))).isFalse();
      assertThat(NO_RULES.allows(owner, "a.B/C", new TakenRoute("staging", false))).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "grpc.reflection.v1.Other/Get",
        "grpc.reflection.v2.ServerReflection/ServerReflectionInfo",
        "grpc.reflection.internal.Secrets/Get",
        "grpc.reflection.v1.ServerReflection2/ServerReflectionInfo",
        "grpc.health.v1.Health2/Check",
        "grpc.health.v2.Health/Check"
      })
  void otherServicesInThePackagesOfHealthAndReflectionNeedARule(String method) {
    SocketRights narrowed =
        new SocketRights.NarrowedRights(
            true, Set.of(), Set.of(), List.of(new NamePattern("a.B/*")), List.of());
    SocketCaller narrow = new SocketCaller(peer(SELF), new SocketAccess(Path.of("/s"), narrowed));
    for (TakenRoute route : List.of(TakenRoute.OWN, TakenRoute.to("eu-1"))) {
      assertThat(NO_RULES.allows(narrow, method, route)).isFalse();
      assertThat(RULES.decide(peer(DEPLOY), method, route).allowed()).isFalse();
      assertThat(RULES.decide(peer(ROOT), method, route).allowed()).isFalse();
    }
  }

  @Test
  void refusalNamesUserAndMethodAndRemedy() {
    assertThat(RULES.decide(peer(OTHER_USER), "a.B/C", TakenRoute.OWN).reason())
        .isEqualTo(
            "user uid 4000 may not call a.B/C: no rule of the gateway's policy allows it; ask the"
                + " owner of the gateway");
    assertThat(refusalWithoutRules(4242))
        .isEqualTo(
            "user uid 4000 may not call a.B/C: only the gateway's own user, uid 4242, and root may;"
                + " ask the owner of the gateway");
    assertThat(refusalWithoutRules(ROOT))
        .isEqualTo("user uid 4000 may not call a.B/C: only root may; ask the owner of the gateway");
  }

  private static String refusalWithoutRules(int self) {
    return new Policy(self, List.of()).decide(peer(OTHER_USER), "a.B/C", TakenRoute.OWN).reason();
  }

  @Test
  void decisionsWithoutATextAreTheSame() {
    SocketRights narrowed =
        new SocketRights.NarrowedRights(
            false, Set.of(DEPLOY), Set.of(), List.of(new NamePattern("billing.v1.*")), List.of());
    for (SocketRights rights : List.of(SocketRights.OWNER, SocketRights.NONE, narrowed)) {
      SocketAccess socket = new SocketAccess(Path.of("/a.sock"), rights);
      for (int uid : new int[] {SELF, ROOT, DEPLOY, MEMBER, OTHER_USER}) {
        SocketCaller caller = new SocketCaller(peer(uid), socket);
        for (String method : List.of("billing.v1.Billing/Get", "other.Service/Get", ADMIN)) {
          assertThat(RULES.allows(caller, method, TakenRoute.OWN))
              .isEqualTo(RULES.decide(caller, method, TakenRoute.OWN).allowed());
        }
      }
    }
    SocketCaller deploy =
        new SocketCaller(peer(DEPLOY), new SocketAccess(Path.of("/a.sock"), narrowed));
    assertThat(RULES.allows(deploy, "billing.v1.Billing/Get", TakenRoute.OWN)).isTrue();
    assertThat(RULES.allows(deploy, "other.Service/Get", TakenRoute.OWN)).isFalse();
  }
}
