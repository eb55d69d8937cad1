package dev.grpcos.gateway.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TraceContextTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String SPAN = "b7ad6b7169203331";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00-" + TRACE + "-" + SPAN + "-01",
        "00-" + TRACE + "-" + SPAN + "-ff",
        "01-" + TRACE + "-" + SPAN + "-00",
        "cc-" + TRACE + "-" + SPAN + "-01-what-the-future-will-be"
      })
  void parentIsValid(String value) {
    assertThat(TraceContext.PARENT.isValid(value)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "ff-" + TRACE + "-" + SPAN + "-01",
        "00-" + TRACE + "-" + SPAN + "-01-more",
        "00-" + TRACE + "-" + SPAN + "-01-",
        "01-" + TRACE + "-" + SPAN + "-01.more",
        "00-00000000000000000000000000000000-" + SPAN + "-01",
        "00-" + TRACE + "-0000000000000000-01",
        "00-0AF7651916CD43DD8448EB211C80319C-" + SPAN + "-01",
        "00-" + TRACE + "-" + SPAN + "-1",
        "00-" + TRACE + "-" + SPAN,
        " 00-" + TRACE + "-" + SPAN + "-01",
        "00-" + TRACE + "-" + SPAN + "-01\n"
      })
  void parentIsInvalid(String value) {
    assertThat(TraceContext.PARENT.isValid(value)).isFalse();
  }

  @Test
  void parentOfALaterVersionIsBounded() {
    String start = "01-" + TRACE + "-" + SPAN + "-01-";
    assertThat(TraceContext.PARENT.isValid(start + "x".repeat(512 - start.length()))).isTrue();
    assertThat(TraceContext.PARENT.isValid(start + "x".repeat(513 - start.length()))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"rojo=1", "rojo=1,congo=t61rcWkgMzE", "fw529a3039@dt=a b , , x=y", "0a/b*c_d-e=1"})
  void stateIsValid(String value) {
    assertThat(TraceContext.STATE.isValid(value)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ",", "a", "a=", "A=1", "a=1,a=2", "a=b=c", "a=é", "a=1;b=2\n,"})
  void stateIsInvalid(String value) {
    assertThat(TraceContext.STATE.isValid(value)).isFalse();
  }

  @Test
  void stateHasAtMost32Members() {
    assertThat(TraceContext.STATE.isValid(members(32))).isTrue();
    assertThat(TraceContext.STATE.isValid(members(33))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "userId=alice",
        "a=1,b=2",
        "a = 1 ; p ; q=%20 , b=",
        "Key~!#=v",
        "a=1,",
        "SomeKey=a=b;c=d"
      })
  void baggageIsValid(String value) {
    assertThat(TraceContext.BAGGAGE.isValid(value)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "a b=1", "a=1 2", "a=\"1\"", "a=1;", "a=é", "a=1,=2", "a=\\"})
  void baggageIsInvalid(String value) {
    assertThat(TraceContext.BAGGAGE.isValid(value)).isFalse();
  }

  @Test
  void baggageIsBounded() {
    assertThat(TraceContext.BAGGAGE.isValid(members(64))).isTrue();
    assertThat(TraceContext.BAGGAGE.isValid(members(65))).isFalse();
    assertThat(TraceContext.BAGGAGE.isValid("a=" + "x".repeat(8190))).isTrue();
    assertThat(TraceContext.BAGGAGE.isValid("a=" + "x".repeat(8191))).isFalse();
  }

  private static String members(int count) {
    return IntStream.range(0, count).mapToObj(i -> "k" + i + "=v").collect(Collectors.joining(","));
  }
}
