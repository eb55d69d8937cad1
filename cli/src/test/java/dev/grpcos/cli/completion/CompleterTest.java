package dev.grpcos.cli.completion;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

final class CompleterTest {
  private static final CommandSpec LIST =
      CommandSpec.create()
          .addPositional(
              PositionalParamSpec.builder()
                  .index("0")
                  .paramLabel("SERVICE")
                  .type(String.class)
                  .build());

  private static final Completer.Names NO_NAMES = names(List.of(), List.of());

  private static Completer.Names names(List<String> contexts, List<String> upstreams) {
    return new Completer.Names() {
      @Override
      public List<String> contexts() {
        return contexts;
      }

      @Override
      public List<String> upstreams(List<GivenOption> options) {
        return upstreams;
      }
    };
  }

  @Test
  void targetsAreContextsAndUpstreams() {
    CommandSpec call =
        CommandSpec.create()
            .addOption(
                OptionSpec.builder("-t", "--target")
                    .paramLabel("TARGET")
                    .type(String.class)
                    .build());
    Completer completer =
        new Completer(
            call,
            (options, question) -> List.of(),
            names(List.of("staging", "both"), List.of("billing", "both")));

    assertThat(((Completion.Words) completer.complete(List.of("-t", "@b"))).candidates())
        .containsExactly(
            Candidate.word("@both", "context"), Candidate.word("@billing", "upstream"));
    assertThat(((Completion.Words) completer.complete(List.of("--target=@s"))).candidates())
        .containsExactly(Candidate.word("--target=@staging", "context"));
    assertThat(completer.complete(List.of("-t", "local"))).isEqualTo(Completion.NONE);
  }

  @Test
  void patternsAreCompletedAsMethodsAndCommandsAsFiles() {
    CommandSpec tap =
        CommandSpec.create()
            .addOption(
                OptionSpec.builder("--status")
                    .paramLabel("CODE")
                    .type(List.class)
                    .auxiliaryTypes(String.class)
                    .splitRegex(",")
                    .build())
            .addOption(
                OptionSpec.builder("--upstream").paramLabel("UPSTREAM").type(String.class).build())
            .addPositional(
                PositionalParamSpec.builder()
                    .index("0..*")
                    .paramLabel("PATTERN")
                    .type(String.class)
                    .build());
    Candidate method = Candidate.word("Greeter/SayHello", "");
    Completer completer =
        new Completer(
            tap,
            (options, question) -> List.of(method),
            names(List.of(), List.of("billing", "stock")));

    assertThat(completer.complete(List.of("Other", "Gre")))
        .isEqualTo(new Completion.Words(List.of(method)));
    assertThat(completer.complete(List.of("--", "./te")))
        .isEqualTo(new Completion.Files("", false));
    assertThat(((Completion.Words) completer.complete(List.of("--status=OK,NOT"))).candidates())
        .containsExactly(Candidate.word("--status=OK,NOT_FOUND", ""));
    assertThat(((Completion.Words) completer.complete(List.of("--upstream", "b"))).candidates())
        .containsExactly(Candidate.word("billing", "upstream"));
  }

  /** Returns the completions of a word with a schema. */
  private static List<Candidate> complete(String word, Candidate... offered) {
    Completer completer = new Completer(LIST, (options, question) -> List.of(offered), NO_NAMES);
    return ((Completion.Words) completer.complete(List.of(word))).candidates();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a;touch x", "a$(id)", "a`id`", "a b", "a\u001b[31m", "a\nb", "a'b", "a\"", "a|b", "a>b",
        "a*", "a~", "a\\", "a&", "a\u202eb", "a\u00fc", "a!b", "a{b,c}", "a#b", "a:files\n"
      })
  void namesThatProtobufDoesNotPermitAreNotOffered(String name) {
    Candidate fine = Candidate.word("a.Fine", "");
    assertThat(complete("a", Candidate.word(name, ""), fine)).containsExactly(fine);
  }

  @Test
  void wordThatIsAlreadyTypedIsNotJudged() {
    Candidate candidate = Candidate.open("labels.a b=", "");
    assertThat(complete("labels.a b", candidate)).containsExactly(candidate);
  }

  @Test
  void descriptionsHaveNoControlCharacters() {
    assertThat(complete("", Candidate.word("a", "x\ty\u001b")))
        .containsExactly(Candidate.word("a", "x\\ty\\u001b"));
  }

  @Test
  void helpIsCompletedWithCommands() {
    CommandSpec help =
        CommandSpec.create()
            .name("help")
            .addPositional(
                PositionalParamSpec.builder()
                    .index("0..*")
                    .paramLabel("COMMAND")
                    .type(List.class)
                    .auxiliaryTypes(String.class)
                    .build());
    CommandSpec gateway =
        CommandSpec.create()
            .addSubcommand("start", CommandSpec.create())
            .addSubcommand("stop", CommandSpec.create());
    Completer completer =
        new Completer(
            CommandSpec.create().addSubcommand("help", help).addSubcommand("gateway", gateway),
            (options, question) -> List.of(),
            NO_NAMES);

    assertThat(((Completion.Words) completer.complete(List.of("help", "g"))).candidates())
        .extracting(Candidate::text)
        .containsExactly("gateway");
    assertThat(
            ((Completion.Words) completer.complete(List.of("help", "gateway", "sto"))).candidates())
        .extracting(Candidate::text)
        .containsExactly("stop");
    assertThat(completer.complete(List.of("help", "x", ""))).isEqualTo(Completion.NONE);
  }
}
