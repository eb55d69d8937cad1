package dev.grpcos.cli.command;

import dev.grpcos.cli.completion.Completer;
import dev.grpcos.cli.completion.GivenOption;
import dev.grpcos.cli.connection.CallScope;
import dev.grpcos.cli.context.Contexts;
import dev.grpcos.cli.failure.ExitCode;
import dev.grpcos.cli.failure.OwnProcessRequiredException;
import dev.grpcos.cli.invocation.Invocation;
import dev.grpcos.proto.admin.v1.AdminGrpc;
import dev.grpcos.proto.admin.v1.GetStatusRequest;
import dev.grpcos.proto.admin.v1.Upstream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The names for the completion of targets. Without rights or files, there are none. */
record ServerNames(Invocation invocation) implements Completer.Names {
  /** The maximum time to wait for the gateway, while the user waits. */
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  @Override
  public List<String> contexts() {
    try {
      Contexts contexts = Contexts.read(invocation);
      return contexts == null ? List.of() : contexts.names();
    } catch (OwnProcessRequiredException e) {
      throw e;
    } catch (RuntimeException e) {
      return List.of(); // an invalid file is reported by the commands that use it
    }
  }

  @Override
  public List<String> upstreams(List<GivenOption> options) {
    SocketOptions gateway = new SocketOptions();
    options.stream()
        .filter(each -> each.option().longestName().equals("--socket"))
        .forEach(each -> gateway.socket = each.value());
    gateway.connectTimeout = TIMEOUT;
    List<String> names = new ArrayList<>();
    try {
      CallScope.run(
          invocation.cancellation(),
          gateway.resolve(invocation)::connect,
          TIMEOUT,
          connection -> {
            AdminGrpc.newBlockingStub(connection.channel())
                .withDeadlineAfter(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                .getStatus(GetStatusRequest.getDefaultInstance())
                .getUpstreamsList()
                .stream()
                .map(Upstream::getName)
                .forEach(names::add);
            return ExitCode.OK;
          });
    } catch (OwnProcessRequiredException e) {
      throw e;
    } catch (RuntimeException e) {
      return List.of(); // there is no gateway, or its admin service is for its user and root
    }
    return names;
  }
}
