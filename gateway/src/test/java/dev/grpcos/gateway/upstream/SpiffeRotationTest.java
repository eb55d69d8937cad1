package dev.grpcos.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.Await;
import dev.grpcos.gateway.Gateway;
import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.spiffe.X509SVIDResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Tests upstreams while the identities of a SPIFFE Workload API change. */
class SpiffeRotationTest extends SpiffeFixture {
  private static final int CALLERS = 3;

  SpiffeRotationTest() throws Exception {}

  @Test
  void rotationUnderLoadFailsNoCall() throws Exception {
    TrustDomain old = TrustDomain.create("example.org");
    server(old);
    WorkloadApi api = api();
    X509SVIDResponse last = old.response("/client", old);
    api.set(last);
    Gateway gateway = gateway("spiffe://example.org/server");
    AtomicBoolean end = new AtomicBoolean();
    ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
    open.add(callers::shutdownNow);
    List<Future<Integer>> results = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      GreeterGrpc.GreeterBlockingStub stub = GreeterGrpc.newBlockingStub(client(gateway).channel());
      results.add(
          callers.submit(
              () -> {
                int calls = 0;
                for (; !end.get(); calls++) {
                  assertThat(stub.sayHello(YOU).getMessage()).isEqualTo("tls: you");
                }
                return calls;
              }));
    }
    String first = serial(last);
    Await.until("the first identity is used", () -> clients.contains(first));

    // New identities of the same authority, over a new stream too.
    for (boolean newStream : new boolean[] {false, true}) {
      last = old.response("/client", old);
      api.set(last);
      if (newStream) {
        api.end(Status.UNAVAILABLE);
      }
      String serial = serial(last);
      Await.until("a new identity is used", () -> clients.contains(serial));
    }

    // A new authority: trusted first, then used by both sides, then alone.
    TrustDomain next = TrustDomain.create("example.org");
    api.set(old.response("/client", old, next));
    serverTrust.updateTrustCredentials(
        new X509Certificate[] {
          old.authority().getCertificate(), next.authority().getCertificate()
        });
    last = next.response("/client", old, next);
    api.set(last);
    String ofBoth = serial(last);
    Await.until("an identity of the new authority is used", () -> clients.contains(ofBoth));
    String presentedLast = present(next, old, next);
    Await.until(
        "the server's certificate of the new authority is used",
        () -> presented.contains(presentedLast));
    last = next.response("/client", next);
    api.set(last);
    String alone = serial(last);
    Await.until("the last identity is used", () -> clients.contains(alone));

    end.set(true);
    for (Future<Integer> result : results) {
      assertThat(result.get(60, TimeUnit.SECONDS)).isPositive();
    }
  }

  @Test
  void callsWaitForTheFirstIdentity() throws Exception {
    TrustDomain domain = TrustDomain.create("example.org");
    server(domain);
    WorkloadApi api = api();
    Gateway gateway = gateway("spiffe://example.org/server");
    assertThat(failure(gateway))
        .contains("the Workload API gave no identity: no identity", "check `tls.spiffe`");
    api.set(domain.response("/client", domain));
    GreeterGrpc.GreeterBlockingStub stub = GreeterGrpc.newBlockingStub(client(gateway).channel());
    Await.until("calls succeed", () -> succeeds(stub));
  }

  @Test
  void invalidResponseKeepsThePreviousIdentity() throws Exception {
    TrustDomain domain = TrustDomain.create("example.org");
    WorkloadApi api = serve(domain);
    Gateway gateway = gateway("spiffe://example.org/server");
    GreeterGrpc.GreeterBlockingStub stub = GreeterGrpc.newBlockingStub(client(gateway).channel());
    Await.until("calls succeed", () -> succeeds(stub));
    X509SVIDResponse other = domain.response("/client", domain);
    // The key of another certificate.
    api.set(
        other.toBuilder()
            .setSvids(
                0,
                other.getSvids(0).toBuilder()
                    .setX509SvidKey(
                        domain.response("/client", domain).getSvids(0).getX509SvidKey()))
            .build());
    api.set(X509SVIDResponse.getDefaultInstance());
    X509SVIDResponse valid = domain.response("/client", domain);
    api.set(valid);
    String serial = serial(valid);
    Await.until(
        "the next valid identity is used",
        () -> {
          assertThat(stub.sayHello(YOU).getMessage()).isEqualTo("tls: you");
          return clients.contains(serial);
        });
    assertThat(clients).doesNotContain(serial(other));
  }

  private static boolean succeeds(GreeterGrpc.GreeterBlockingStub stub) {
    try {
      return stub.sayHello(YOU).getMessage().equals("tls: you");
    } catch (StatusRuntimeException e) {
      assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      return false;
    }
  }
}
