package dev.grpcos.gateway.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RestPatternTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /v1/shelves                         | /v1/shelves                  | {}
          /v1/{shelf}                         | /v1/a%20b                    | {shelf=a b}
          /v1/{shelf}                         | /v1/a%2Fb                    | {shelf=a/b}
          /v1/{name=shelves/*}                | /v1/shelves/1                | {name=shelves/1}
          /v1/{name=shelves/*/books/**}       | /v1/shelves/1/books/a/b      | {name=shelves/1/books/a/b}
          /v1/{name=shelves/*/books/**}       | /v1/shelves/1/books          | {name=shelves/1/books}
          /v1/{name=shelves/*/books/**}       | /v1/shelves/1/books/a%2Fb%20 | {name=shelves/1/books/a%2Fb }
          /v1/{name=**}:cancel                | /v1/a/b:cancel               | {name=a/b}
          /v1/{a=**}/x/{b}:go                 | /v1/1/2/x/3:go               | {a=1/2, b=3}
          /v1/{a=**}/x/{b}                    | /v1/x/3                      | {a=, b=3}
          /v1/{a=d/*/**/e/*}/{b}              | /v1/d/1/2/3/e/4/5            | {a=d/1/2/3/e/4, b=5}
          /v1/**/x                            | /v1/x/x/x                    | {}
          /v1/{a.b}/x/{c}                     | /v1/1/x/2                    | {a.b=1, c=2}
          /v1/*/x                             | /v1/any/x                    | {}
          /v1/{name=messages/*}               | /v1/messages/a:b             | {name=messages/a:b}
          /                                   | /                            | {}
          /v1/{x}                             | /v1/%zz                      | {x=%zz}
          """)
  void pathMatches(String template, String path, String values) {
    assertThat(RestPattern.parse(template).match(path)).hasToString(values);
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/shelves, /v1/shelves/",
    "/v1/shelves, /v1/Shelves",
    "/v1/{shelf}, /v1/",
    "/v1/{shelf}, /v1/a/b",
    "/v1/{name=shelves/*}, /v1/books/1",
    "/v1/{name=**}:cancel, /v1/a/b",
    "/v1/{a=**}/x/{b}, /v1/3",
    "/v1/{a=**}/x/{b}, /v1/x/",
    "/v1/**/x, /v1/y",
    "/v1/{name=**}:cancel, /v1/a/b:delete",
    "/v1/{name=shelves/*/books/**}, /v1/shelves/1"
  })
  void pathDoesNotMatch(String template, String path) {
    assertThat(RestPattern.parse(template).match(path)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "v1",
        "/v1/",
        "//",
        "/v1/{",
        "/v1/{}",
        "/v1/{a",
        "/v1/{a=}",
        "/v1/{a=b{c}}",
        "/v1/**/x/**",
        "/v1/{a=**}/{b=**}",
        "/v1/{a-b}",
        "/v1:",
        "/v1:a/b",
        "/v1}x",
        "/v1/{a}b"
      })
  void templateIsInvalid(String template) {
    assertThatThrownBy(() -> RestPattern.parse(template))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("path template " + template + ": ");
  }

  @Test
  void templateIsWrittenForOpenApi() {
    assertThat(RestPattern.parse("/v1/{name=shelves/*}/{b.c}/*:get").openApi())
        .isEqualTo("/v1/shelves/{name}/{b_c}/{segment_3}:get");
    assertThat(RestPattern.parse("/v1/{name=shelves/*/books/**}").openApi())
        .isEqualTo("/v1/shelves/{name_1}/books/{name_2}");
    assertThat(RestPattern.parse("/v1/{a.b}/{a_b}").openApi()).isEqualTo("/v1/{a_b}/{a_b_}");
  }

  @Test
  void moreLiteralsAreMoreSpecific() {
    assertThat(RestPattern.parse("/v1/a/{b}:c").literals()).isEqualTo(3);
    assertThat(RestPattern.parse("/v1/{b=**}").match("/v1/x")).isEqualTo(Map.of("b", "x"));
  }
}
