package dev.grpcos.cli.invocation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What is not valid UTF-8 needs a process that has such arguments: see PipelineIT. */
final class ProcessArgumentsTest {
  @Test
  void argumentsWithoutAReplacementCharacterAreValid() throws IOException {
    assertThat(ProcessArguments.invalid(new String[] {"call", "name=\u00fc \ud83d\ude00"}))
        .isZero();
    assertThat(ProcessArguments.invalid(new String[0])).isZero();
  }
}
