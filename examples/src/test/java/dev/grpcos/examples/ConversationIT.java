package dev.grpcos.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code examples/conversation/talk.sh}, apart from the output that {@link ReadmeIT} compares. */
final class ConversationIT {
  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void replyIsPrintedBeforeTheNextRequestIsSent(@TempDir Path temporary) throws IOException {
    try (Session session = new Session(Clone.built(), temporary).withoutWarmup()) {
      session.run(List.of("cli/target/grpcos/bin/grpcos gateway start"));
      Process talk = session.withGrpcos(session.process("examples/conversation/talk.sh")).start();
      try (BufferedReader replies = talk.inputReader()) {
        try (BufferedWriter requests = talk.outputWriter()) {
          for (String name : List.of("Ada", "Grace", "Hello Grace")) {
            requests.write("{\"name\":\"" + name + "\"}\n");
            requests.flush();
            assertThat(replies.readLine()).isEqualTo("request: {\"name\":\"" + name + "\"}");
            assertThat(replies.readLine())
                .isEqualTo("reply:   {\"message\":\"Hello " + name + "\"}");
          }
        }
        assertThat(replies.readLine()).isNull();
        assertThat(Session.end(talk)).isZero();
      } finally {
        talk.destroyForcibly();
      }
    }
  }
}
