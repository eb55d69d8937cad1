package dev.grpcos.gateway.config;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.Mark;

/**
 * A key of the configuration and where it stands in the file, for problems with its value.
 *
 * <p>A key that is not given stands where the keys around it begin.
 */
final class Place {
  private final Document document;
  private final @Nullable Place parent;
  private final String path;

  private Place(Document document, @Nullable Place parent, String path) {
    this.document = document;
    this.parent = parent;
    this.path = path;
  }

  /** The top of a file. */
  static Place root(ConfigProblems problems) {
    return new Place(new Document(problems, new HashMap<>()), null, "");
  }

  /** A key of what is here. */
  Place at(String key) {
    return new Place(document, this, path.isEmpty() ? key : path + "." + key);
  }

  /** An item of the list that is here, from 0. */
  Place at(int index) {
    return new Place(document, this, path + "[" + index + "]");
  }

  /** Says where the value of this key stands. */
  void stands(Optional<Mark> mark) {
    mark.ifPresent(value -> document.marks.put(path, value));
  }

  /** Whether the file gives this key. */
  boolean isGiven() {
    return document.marks.containsKey(path);
  }

  /** The key as it is named in messages, as in {@code upstreams.tls.ca}. */
  String name() {
    return path.replaceAll("\\[\\d+]", "");
  }

  /** The line that this stands in, from 1. */
  int line() {
    return mark().map(mark -> mark.getLine() + 1).orElse(1);
  }

  /** Where this stands, as problems begin that show later: {@code FILE:LINE:COLUMN: }. */
  String where() {
    return document.problems.at(mark(), "").toString();
  }

  /** Adds a problem that begins with the name of this key, as in {@code drain is …}. */
  @FormatMethod
  void problem(@FormatString String text, @Nullable Object... arguments) {
    String name = name();
    document.problems.add(
        mark(), (name.isEmpty() ? "" : name + " ") + String.format(text, arguments));
  }

  /** Adds a problem at some point within what is here. */
  void problemAt(Optional<Mark> mark, String text) {
    document.problems.add(mark, text);
  }

  private Optional<Mark> mark() {
    Mark own = document.marks.get(path);
    if (own != null) {
      return Optional.of(own);
    }
    return parent == null ? Optional.empty() : parent.mark();
  }

  private record Document(ConfigProblems problems, Map<String, Mark> marks) {}
}
