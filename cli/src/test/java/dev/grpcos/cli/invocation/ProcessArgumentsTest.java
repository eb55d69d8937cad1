package dev.grpcos.cli.invocation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Tests valid arguments. Invalid UTF-8 requires a process with such arguments, see PipelineIT. */
final class ProcessArgumentsTest {
  @Test
  void argumentsWithoutAReplacementCharacterAreValid() throws IOException {
    assertThat(ProcessArguments.invalid(new String[] {"call", "name=\u00fc \ud83d\ude00"}))
        .isZero();
    assertThat(ProcessArguments.invalid(new String[0])).isZero();
  }
}
