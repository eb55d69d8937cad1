package dev.grpcos.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.Await;
import dev.grpcos.gateway.Gateway;
import dev.grpcos.proto.admin.v1.AdminGrpc;
import dev.grpcos.proto.admin.v1.Credentials;
import dev.grpcos.proto.admin.v1.GetStatusRequest;
import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.spiffe.X509SVIDResponse;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Tests an upstream with an identity from a SPIFFE Workload API. */
class SpiffeUpstreamTest extends SpiffeFixture {
  SpiffeUpstreamTest() throws Exception {}

  /** Starts an API that gives the identities of {@code /first} and {@code /second}. */
  private X509SVIDResponse twoIdentities() throws Exception {
    TrustDomain domain = TrustDomain.create("example.org");
    server(domain);
    X509SVIDResponse second = domain.response("/second", domain);
    X509SVIDResponse both =
        domain.response("/first", domain).toBuilder().addAllSvids(second.getSvidsList()).build();
    api().set(both);
    return second;
  }

  @Test
  void identityIsChosenAmongSeveral() throws Exception {
    X509SVIDResponse second = twoIdentities();
    Gateway gateway = gateway("spiffe://example.org/server", "spiffe://example.org/second");
    assertThat(GreeterGrpc.newBlockingStub(client(gateway).channel()).sayHello(YOU).getMessage())
        .isEqualTo("tls: you");
    assertThat(clients).containsExactly(serial(second));
  }

  @Test
  void absentIdentityIsReportedWithThoseOfTheApi() throws Exception {
    X509SVIDResponse unused = twoIdentities();
    assertThat(failure(gateway("spiffe://example.org/server", "spiffe://example.org/third")))
        .contains(
            "it has no identity spiffe://example.org/third, only spiffe://example.org/first,"
                + " spiffe://example.org/second");
    assertThat(clients).isEmpty();
  }

  @Test
  void statusHasTheExpiryOfTheIdentity() throws Exception {
    serve(TrustDomain.create("example.org"));
    Gateway gateway = gateway("spiffe://example.org");
    AdminGrpc.AdminBlockingStub admin = AdminGrpc.newBlockingStub(client(gateway).channel());
    Credentials[] certificate = {Credentials.getDefaultInstance()};
    Await.until(
        "there is an identity",
        () -> {
          certificate[0] =
              admin
                  .getStatus(GetStatusRequest.getDefaultInstance())
                  .getUpstreams(0)
                  .getCertificate();
          return certificate[0].getValid();
        });
    assertThat(certificate[0].getExpires().getSeconds())
        .isGreaterThan(Instant.now().getEpochSecond());
  }

  @Test
  void serverWithAnotherIdentityIsRefused() throws Exception {
    serve(TrustDomain.create("example.org"));
    assertThat(failure(gateway("spiffe://example.org/other")))
        .contains("its SPIFFE ID is spiffe://example.org/server, not spiffe://example.org/other");
  }

  @Test
  void authorityCountsOnlyForItsOwnDomain() throws Exception {
    TrustDomain domain = TrustDomain.create("example.org");
    server(domain);
    WorkloadApi api = api();
    TrustDomain own = TrustDomain.create("own.org");
    // The server's authority is trusted, but as that of another domain.
    api.set(own.response("/client", own, domain));
    assertThat(failure(gateway("spiffe://example.org/server")))
        .contains("there is no authority of the trust domain example.org");
  }

  @Test
  void serverOfAnotherAuthorityIsRefused() throws Exception {
    TrustDomain domain = TrustDomain.create("example.org");
    server(TrustDomain.create("example.org"));
    WorkloadApi api = api();
    api.set(domain.response("/client", domain));
    assertThat(failure(gateway("spiffe://example.org/server")))
        .contains("no authority of the trust domain example.org has signed it");
  }
}
