package dev.grpcos.cli.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.grpcos.cli.distribution.Command;
import dev.grpcos.cli.distribution.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code buf curl}, which calls {@code grpc.testing.TestService} through a gateway's socket.
 *
 * @param socket the gateway's socket
 * @param folder the working folder, and buf's home
 * @param protocol the options that select the protocol
 */
record BufClient(Path socket, Path folder, List<String> protocol) {
  /** Makes a call with these options. */
  Outcome call(String input, String method, String... options) {
    List<String> line = new ArrayList<>(List.of("curl"));
    line.addAll(protocol);
    line.addAll(List.of("--unix-socket", socket.toString(), "-d", "@-"));
    line.addAll(List.of(options));
    line.add("http://localhost/grpc.testing.TestService/" + method);
    return new Command(ForeignTools.nodeModules().resolve(".bin/buf"), line)
        .in(folder)
        .with("HOME", folder.toString())
        .stdinPipe(input.getBytes(UTF_8))
        .run();
  }
}
