package dev.grpcos.gateway.tap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TapFilterTest {
  private static TapFilter filter(String... patterns) {
    return TapFilter.of(List.of(patterns), Set.of(), Set.of(), Set.of());
  }

  @ParameterizedTest
  @CsvSource({
    "library.v1.Library/GetBook, true",
    "Library/GetBook, true",
    "v1.Library/GetBook, true",
    "GetBook, true",
    "Library, true",
    "v1.Library, true",
    "library.v1.Library, true",
    "library.*, true",
    "*Book, true",
    "Get*, true",
    "Library/*, true",
    "brary/GetBook, false",
    "Book, false",
    "library.v1, false",
    "Library/Get, false",
  })
  void patternsMatchWholePartsOfNames(String pattern, boolean matches) {
    assertThat(filter(pattern).matches("library.v1.Library/GetBook")).isEqualTo(matches);
  }

  @Test
  void reflectionAndAdminAreReportedOnlyIfAPatternNamesThem() {
    String reflection = "grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
    assertThat(filter().matches(reflection)).isFalse();
    assertThat(filter().matches("grpcos.admin.v1.Admin/GetStatus")).isFalse();
    assertThat(filter().matches("grpc.health.v1.Health/Check")).isTrue();
    assertThat(filter("ServerReflection").matches(reflection)).isTrue();
    assertThat(filter("*").matches("grpcos.admin.v1.Admin/GetStatus")).isTrue();
  }

  @Test
  void tapIsNeverReported() {
    assertThat(filter("*").matches("grpcos.admin.v1.Admin/Tap")).isFalse();
    assertThat(filter("Admin/*").matches("grpcos.admin.v1.Admin/EndTap")).isFalse();
  }
}
