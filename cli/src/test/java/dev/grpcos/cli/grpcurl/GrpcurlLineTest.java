package dev.grpcos.cli.grpcurl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.failure.ExitCode;
import dev.grpcos.cli.grpcurl.GrpcurlLine.Verb;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GrpcurlLineTest {
  private static GrpcurlLine parse(String line) {
    return GrpcurlLine.parse(line.isEmpty() ? List.of() : List.of(line.split(" ", -1)));
  }

  @Test
  void optionsHaveOneDashOrTwoAndAttachedOrSeparateValues() {
    GrpcurlLine line =
        parse("-plaintext --max-time=1.5 -H a:b --H c:d=e -format text -v=false host:1 pkg.S/M");
    assertThat(line.isOn(GrpcurlFlag.PLAINTEXT)).isTrue();
    assertThat(line.duration(GrpcurlFlag.MAX_TIME)).isEqualTo(Duration.ofMillis(1500));
    assertThat(line.list(GrpcurlFlag.CAPITAL_H)).containsExactly("a:b", "c:d=e");
    assertThat(line.isText()).isTrue();
    assertThat(line.verbosity()).isZero();
    assertThat(line.verb()).isEqualTo(Verb.CALL);
    assertThat(line.address()).isEqualTo("host:1");
    assertThat(line.symbol()).isEqualTo("pkg.S/M");
  }

  @Test
  void aSwitchTakesNoSeparateValue() {
    assertThat(parse("-plaintext true list").address()).isEqualTo("true");
  }

  @Test
  void optionsEndAtTheFirstOtherArgument() {
    assertThat(parse("host:1 describe -v").symbol()).isEqualTo("-v");
    assertThat(parse("-- host:1 list").verb()).isEqualTo(Verb.LIST);
    assertThat(parse("-d -- host:1 pkg.S/M").text(GrpcurlFlag.D)).isEqualTo("--");
  }

  @Test
  void theLastValueCounts() {
    GrpcurlLine line = parse("-d a -d b -plaintext -plaintext=0 host:1 pkg.S/M");
    assertThat(line.text(GrpcurlFlag.D)).isEqualTo("b");
    assertThat(line.isOn(GrpcurlFlag.PLAINTEXT)).isFalse();
  }

  @Test
  void numbersHaveTheFormsOfGo() {
    GrpcurlLine line = parse("-max-msg-sz 0x10 -max-time 1e3 -connect-timeout +.5 host:1 list");
    assertThat(line.maxMessage()).isEqualTo(16);
    assertThat(line.duration(GrpcurlFlag.MAX_TIME)).isEqualTo(Duration.ofSeconds(1000));
    assertThat(line.duration(GrpcurlFlag.CONNECT_TIMEOUT)).isEqualTo(Duration.ofMillis(500));
    assertThat(line.duration(GrpcurlFlag.KEEPALIVE_TIME)).isNull();
    assertThat(parse("host:1 list").maxMessage()).isEqualTo(4 << 20);
    assertThat(parse("-max-time inf host:1 list").duration(GrpcurlFlag.MAX_TIME))
        .isEqualTo(Duration.ofNanos(Long.MAX_VALUE));
  }

  @Test
  void reflectionIsUsedWithoutFiles() {
    assertThat(parse("host:1 list").reflection()).isTrue();
    assertThat(parse("-protoset f list").reflection()).isFalse();
    assertThat(parse("-protoset f -use-reflection host:1 list").reflection()).isTrue();
    assertThat(parse("-proto f -use-reflection=f list").reflection()).isFalse();
  }

  @Test
  void optionsWithoutEffectAreWarnings() {
    assertThat(parse("-d {} -rpc-header a:b -import-path x host:1 list").warnings())
        .containsExactly(
            "-d has no effect with list and describe",
            "-rpc-header has no effect with list and describe",
            "-import-path has no effect without -proto");
  }

  @Test
  void helpComesBeforeAnyOtherCheck() {
    assertThat(parse("-h -undefined").verb()).isEqualTo(Verb.HELP);
    assertThat(parse("-format xml --help").verb()).isEqualTo(Verb.HELP);
    assertThat(parse("-version a b c d").verb()).isEqualTo(Verb.VERSION);
    assertThatThrownBy(() -> parse("-help -undefined")).isInstanceOf(CliException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "host:1",
        "list",
        "pkg.S/M",
        "host:1 list a b",
        "-undefined host:1 list",
        "--- host:1 list",
        "-=x host:1 list",
        "-plaintext=maybe host:1 list",
        "-max-time",
        "-max-time x host:1 list",
        "-max-time -1 host:1 list",
        "-max-msg-sz 1.5 host:1 list",
        "-max-msg-sz -5 host:1 list",
        "-format xml host:1 list",
        "-format= host:1 list",
        "-plaintext -alts host:1 list",
        "-plaintext -insecure host:1 list",
        "-cert c host:1 list",
        "-alts-target-service-account a host:1 list",
        "-protoset a -proto b host:1 list",
        "-use-reflection=false host:1 list"
      })
  void invalidLinesAreUsageErrors(String line) {
    assertThatThrownBy(() -> parse(line))
        .isInstanceOfSatisfying(
            CliException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE));
  }

  @Test
  void helpNamesEveryOption() {
    for (GrpcurlFlag flag : GrpcurlFlag.values()) {
      assertThat(GrpcurlHelp.text()).contains("\n  -" + flag.label());
      assertThat(GrpcurlFlag.named(flag.label())).contains(flag);
    }
    assertThat(GrpcurlHelp.text().lines())
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
  }
}
