package dev.grpcos.cli.golden;

import dev.grpcos.cli.connection.Connections;
import dev.grpcos.cli.distribution.Outcome;
import dev.grpcos.cli.inprocess.InProcessCommand;
import dev.grpcos.cli.invocation.StreamKind;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Runs cases in the test JVM.
 *
 * @param lent the gateway's own connections, which the resident uses; null for connections through
 *     its socket, which a separate process uses
 */
record InProcessPath(String name, @Nullable Connections lent) implements CallPath {
  @Override
  public Outcome run(PreparedCase prepared) throws IOException {
    InProcessCommand command = new InProcessCommand(prepared.argv()).in(prepared.directory());
    prepared.environment().forEach(command::with);
    if (lent != null) {
      command.inResident(lent);
    }
    giveStdin(prepared.golden(), command);
    return command.run();
  }

  private static void giveStdin(GoldenCase golden, InProcessCommand command) throws IOException {
    switch (golden.kind()) {
      case PIPE -> command.stdinPipe(golden.stdin());
      case HELD_OPEN -> command.stdinHeldOpen(golden.stdin());
      case FILE -> command.stdin(StreamKind.FILE, golden.stdin());
      case CLOSED -> command.stdin(StreamKind.CLOSED, new byte[0]);
      case NULL -> command.stdin(StreamKind.CHARACTER_DEVICE, new byte[0]);
    }
  }
}
