package dev.grpcos.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.grpcurl.GrpcurlFlag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Tests that the launcher parses command lines like the commands, see {@code options} in grpcos.c.
 */
final class LauncherOptionsTest {
  /** The value is a file to read. */
  private static final Set<String> FILES =
      Set.of("--cacert", "--cert", "--key", "--netrc-file", "--p12", "--protoset");

  /** The value is a file to read if it begins with an @. */
  private static final Set<String> AT_FILES =
      Set.of(
          "-d",
          "--data",
          "-H",
          "--header",
          "--key-password",
          "--rpc-header",
          "--reflect-header",
          "-u",
          "--user");

  /** The value is a file to write. */
  private static final Set<String> OUTPUTS = Set.of("--failed");

  @Test
  void launcherKnowsTheOptionsThatHaveValues() throws IOException {
    Set<String> known = table("options");
    Set<String> expected = new TreeSet<>();
    add(Commands.tree("", new CommandContext()), expected);
    assertThat(known).isEqualTo(expected);
  }

  @Test
  void launcherKnowsTheOptionsOfGrpcurlThatHaveValues() throws IOException {
    Set<String> expected = new TreeSet<>();
    for (GrpcurlFlag flag : GrpcurlFlag.values()) {
      if (flag.takesValue()) {
        expected.add((FILES.contains("--" + flag.label()) ? "f" : "-") + flag.label());
      }
    }
    assertThat(table("grpcurl_options")).isEqualTo(expected);
  }

  private static Set<String> table(String name) throws IOException {
    String source = Files.readString(Path.of("src/main/c/grpcos.c"));
    Matcher table =
        Pattern.compile("const " + name + "\\[] = \\{(.*?)};", Pattern.DOTALL).matcher(source);
    assertThat(table.find()).isTrue();
    Set<String> known = new TreeSet<>();
    Pattern.compile("\"([^\"]*)\"")
        .matcher(table.group(1))
        .results()
        .forEach(each -> known.add(each.group(1)));
    return known;
  }

  private static void add(CommandLine command, Set<String> expected) {
    for (OptionSpec option : command.getCommandSpec().options()) {
      // --wait of 'gateway start', which always runs in a separate process, has a separate value.
      if (option.arity().min() == 0 || option.longestName().equals("--wait")) {
        continue;
      }
      for (String name : option.names()) {
        String file =
            FILES.contains(name)
                ? "f"
                : AT_FILES.contains(name) ? "@" : OUTPUTS.contains(name) ? "w" : "-";
        expected.add(file + name.replaceFirst("^--?", ""));
      }
    }
    command.getSubcommands().values().forEach(each -> add(each, expected));
  }
}
