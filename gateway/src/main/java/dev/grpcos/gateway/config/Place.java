package dev.grpcos.gateway.config;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.Mark;

/**
 * A key of the configuration with its position in the file, to report problems with its value.
 *
 * <p>The position of an absent key is that of its parent.
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

  /** Returns the root of a file. */
  static Place root(ConfigProblems problems) {
    return new Place(new Document(problems, new HashMap<>()), null, "");
  }

  /** Returns the place of a key below this one. */
  Place at(String key) {
    return new Place(document, this, path.isEmpty() ? key : path + "." + key);
  }

  /** Returns the place of a list item below this one; the index counts from 0. */
  Place at(int index) {
    return new Place(document, this, path + "[" + index + "]");
  }

  /** Records the position of this key's value. */
  void setMark(Optional<Mark> mark) {
    mark.ifPresent(value -> document.marks.put(path, value));
  }

  /** Returns whether the file contains this key. */
  boolean isGiven() {
    return document.marks.containsKey(path);
  }

  /** Returns the name of the key in messages, such as {@code upstreams.tls.ca}. */
  String name() {
    return path.replaceAll("\\[\\d+]", "");
  }

  /** Returns the line of this place, from 1. */
  int line() {
    return mark().map(mark -> mark.getLine() + 1).orElse(1);
  }

  /** Returns the position as the prefix of a later message: {@code FILE:LINE:COLUMN: }. */
  String where() {
    return document.problems.at(mark(), "").toString();
  }

  /** Reports a problem. The message begins with the name of this key, as in {@code drain is …}. */
  @FormatMethod
  void problem(@FormatString String text, @Nullable Object... arguments) {
    String name = name();
    document.problems.add(
        mark(), (name.isEmpty() ? "" : name + " ") + String.format(text, arguments));
  }

  /** Reports a problem at a position within this place. */
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
