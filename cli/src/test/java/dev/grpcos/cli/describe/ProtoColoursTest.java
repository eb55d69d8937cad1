package dev.grpcos.cli.describe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ProtoColoursTest {
  private static final String KEYWORD = "\u001b[34;1m";
  private static final String STRING = "\u001b[32m";
  private static final String COMMENT = "\u001b[90m";
  private static final String END = "\u001b[0m";

  @Test
  void keywordsStringsAndCommentsAreColoured() {
    assertThat(
            ProtoColours.of(
                """
                // A "service".
                service Greeter {
                  option (x) = "a \\" // b";  // why
                  rpc Hello(stream .Request) returns (.Reply);
                }\
                """))
        .isEqualTo(
            String.join(
                "\n",
                COMMENT + "// A \"service\"." + END,
                KEYWORD + "service" + END + " Greeter {",
                "  "
                    + KEYWORD
                    + "option"
                    + END
                    + " (x) = "
                    + STRING
                    + "\"a \\\" // b\""
                    + END
                    + ";  "
                    + COMMENT
                    + "// why"
                    + END,
                "  "
                    + KEYWORD
                    + "rpc"
                    + END
                    + " Hello("
                    + KEYWORD
                    + "stream"
                    + END
                    + " .Request) "
                    + KEYWORD
                    + "returns"
                    + END
                    + " (.Reply);",
                "}"));
  }

  @Test
  void namesThatAreKeywordsAreNotColoured() {
    for (String line :
        List.of("  string message = 1;", "  .stream returns = 2;", "  messages.Text option = 3;")) {
      assertThat(ProtoColours.of("x\n" + line + "\n")).isEqualTo("x\n" + line + "\n");
    }
  }
}
