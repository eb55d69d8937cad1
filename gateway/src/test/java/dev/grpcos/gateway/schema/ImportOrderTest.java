package dev.grpcos.gateway.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ImportOrderTest {
  @Test
  void importsComeFirstAndUnknownImportsAreIgnored() {
    Map<String, List<String>> imports = new LinkedHashMap<>();
    imports.put("a", List.of("b", "c"));
    imports.put("b", List.of("c", "missing"));
    imports.put("c", List.of());
    assertThat(ImportOrder.of(imports)).containsExactly(List.of("c"), List.of("b"), List.of("a"));
  }

  @Test
  void filesThatImportEachOtherAreOneGroup() {
    Map<String, List<String>> imports = new LinkedHashMap<>();
    imports.put("top", List.of("x"));
    imports.put("x", List.of("y"));
    imports.put("y", List.of("z", "leaf"));
    imports.put("z", List.of("x"));
    imports.put("leaf", List.of());
    imports.put("self", List.of("self"));
    assertThat(ImportOrder.of(imports))
        .map(Set::copyOf)
        .containsExactly(Set.of("leaf"), Set.of("x", "y", "z"), Set.of("top"), Set.of("self"));
  }

  @Test
  void depthIsNotLimitedByTheThreadStack() {
    Map<String, List<String>> imports = new LinkedHashMap<>();
    for (int i = 0; i < 100_000; i++) {
      imports.put("f" + i, List.of("f" + (i + 1)));
    }
    List<List<String>> order = ImportOrder.of(imports);
    assertThat(order).hasSize(100_000);
    assertThat(order.get(0)).containsExactly("f99999");
  }
}
