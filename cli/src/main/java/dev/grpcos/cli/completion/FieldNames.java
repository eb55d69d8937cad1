package dev.grpcos.cli.completion;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.schema.MethodResolver;
import dev.grpcos.cli.schema.Schema;
import dev.grpcos.gateway.json.FieldArguments;
import dev.grpcos.gateway.json.FieldForm;
import dev.grpcos.gateway.json.JsonNames;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Completes the {@code FIELD} arguments for a method's request, and the values of some fields. It
 * offers only what {@link FieldArguments} accepts.
 */
final class FieldNames {
  /**
   * Names that a shell does not require to be quoted and that are valid in the path of a {@code
   * FIELD}.
   */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_-]*");

  private static final Pattern ELEMENT = Pattern.compile("(.*)(\\[[0-9]{1,6}])");

  private final Descriptor request;
  private final Set<List<String>> given = new HashSet<>();

  /**
   * The target of a path of names.
   *
   * @param message the type whose fields come next; null if none can follow
   * @param field the last field, or the value of a map's entry; null at the start
   * @param inEntry whether the target is in a map's entry, so that with {@code :=} the whole name
   *     is the key
   * @param steps the normalized JSON names, indexes and keys of the path
   */
  private record FieldPlace(
      @Nullable Descriptor message,
      @Nullable FieldDescriptor field,
      boolean inEntry,
      List<String> steps) {
    /** Returns the place of a field of the message, or of an element of it. */
    FieldPlace field(FieldDescriptor next, String index) {
      return to(next, !index.isEmpty(), inEntry, jsonName(next) + index);
    }

    /** Returns the place of an entry of the map. */
    FieldPlace entry(FieldDescriptor value, String key) {
      return to(value, false, true, key);
    }

    private FieldPlace to(FieldDescriptor next, boolean element, boolean entry, String step) {
      boolean fields = element ? FieldForm.hasFields(next) : FieldForm.of(next) == FieldForm.FIELDS;
      return new FieldPlace(
          fields ? next.getMessageType() : null,
          next,
          entry,
          Stream.concat(steps.stream(), Stream.of(step)).toList());
    }
  }

  private static String jsonName(FieldDescriptor field) {
    return JsonNames.of(field.getContainingType()).name(field);
  }

  /**
   * Creates the names of the fields of a method's request.
   *
   * @param given the preceding arguments; a field with a single value is not offered again
   * @throws CliException if there is no such method
   */
  FieldNames(Schema schema, String method, List<String> given) {
    request = new MethodResolver(schema).method(method).getInputType();
    for (String word : given) {
      int equals = word.indexOf('=');
      boolean json = isJson(word, equals);
      FieldPlace place =
          equals < 0 ? null : place(word.substring(0, json ? equals - 1 : equals), json);
      if (place != null) {
        this.given.add(place.steps());
      }
    }
  }

  /** Returns the position of a file's name in the argument, or -1 if it has none. */
  static int fileAt(String word) {
    int at = word.indexOf('=') + 1;
    return at > 0 && word.startsWith("@", at) && !word.startsWith("@@", at) ? at + 1 : -1;
  }

  private static boolean isJson(String word, int equals) {
    return equals > 0 && word.charAt(equals - 1) == ':';
  }

  List<Candidate> names(String word) {
    if (!FieldArguments.describe(request)) {
      return List.of();
    }
    int equals = word.indexOf('=');
    if (isJson(word, equals)) {
      return List.of();
    }
    if (equals < 0) {
      int from = word.lastIndexOf('.') + 1;
      FieldPlace place = from == 0 ? start() : place(word.substring(0, from - 1), false);
      return place == null || place.message() == null
          ? List.of()
          : fields(place, place.message(), word.substring(0, from), word.substring(from));
    }
    FieldPlace place = place(word.substring(0, equals), false);
    return place == null || place.field() == null || isGiven(place, place.field())
        ? List.of()
        : values(place.field(), word, equals);
  }

  private FieldPlace start() {
    return new FieldPlace(request, null, false, List.of());
  }

  /** Returns the target of a path; null if there is no such path. */
  private @Nullable FieldPlace place(String path, boolean json) {
    FieldPlace place = start();
    for (int from = 0; from <= path.length(); ) {
      Descriptor message = place.message();
      int dot = path.indexOf('.', from);
      int end = dot < 0 ? path.length() : dot;
      Matcher element = ELEMENT.matcher(path.substring(from, end));
      boolean indexed = element.matches();
      FieldDescriptor field =
          message == null
              ? null
              : JsonNames.of(message).field(indexed ? element.group(1) : path.substring(from, end));
      if (field == null || (indexed && (!field.isRepeated() || field.isMapField()))) {
        return null;
      }
      place = place.field(field, indexed ? element.group(2) : "");
      from = end + 1;
      if (field.isMapField() && dot >= 0) {
        FieldDescriptor value = field.getMessageType().findFieldByNumber(2);
        boolean keyEnds = !json && FieldForm.of(value) == FieldForm.FIELDS;
        dot = keyEnds ? path.indexOf('.', from) : -1;
        end = dot < 0 ? path.length() : dot;
        place = place.entry(value, path.substring(from, end));
        from = end + 1;
      }
    }
    return place;
  }

  private List<Candidate> fields(
      FieldPlace place, Descriptor message, String prefix, String start) {
    List<Candidate> candidates = new ArrayList<>();
    JsonNames names = JsonNames.of(message);
    for (FieldDescriptor field : message.getFields()) {
      FieldForm form = FieldForm.of(field);
      if ((form == FieldForm.JSON && place.inEntry()) || isGiven(place.field(field, ""), field)) {
        continue;
      }
      Stream.of(names.name(field), field.getName())
          .filter(name -> name.startsWith(start))
          .filter(name -> PLAIN.matcher(name).matches())
          .filter(name -> field.equals(names.field(name)))
          .findFirst()
          .map(name -> prefix + name + form.sign())
          .ifPresent(text -> candidates.add(Candidate.open(text, type(field))));
    }
    return candidates;
  }

  /**
   * Returns whether the field cannot be given again, because it has a value, a message that
   * contains it was given as a whole, or another field of its oneof has a value.
   */
  private boolean isGiven(FieldPlace place, FieldDescriptor field) {
    List<String> steps = place.steps();
    List<String> before = steps.subList(0, steps.size() - 1);
    boolean takesMore = field.isRepeated() && !field.isMapField();
    return given.stream()
        .anyMatch(
            other ->
                startsWith(before, other)
                    || (other.equals(steps) && !takesMore)
                    || (startsWith(other, before) && isRival(field, other.get(before.size()))));
  }

  /** Returns whether the name is that of another field in the field's oneof. */
  private static boolean isRival(FieldDescriptor field, String name) {
    OneofDescriptor oneof = field.getRealContainingOneof();
    return oneof != null
        && !jsonName(field).equals(name)
        && oneof.getFields().stream().anyMatch(member -> jsonName(member).equals(name));
  }

  private static boolean startsWith(List<String> steps, List<String> start) {
    return steps.size() >= start.size() && steps.subList(0, start.size()).equals(start);
  }

  private static List<Candidate> values(FieldDescriptor field, String word, int equals) {
    String prefix = word.substring(0, equals + 1);
    List<String> values =
        switch (field.getJavaType()) {
          case BOOLEAN -> List.of("true", "false");
          case ENUM ->
              field.getEnumType().getValues().stream().map(EnumValueDescriptor::getName).toList();
          default -> List.of();
        };
    return values.stream()
        .filter(value -> (prefix + value).startsWith(word))
        .map(value -> Candidate.word(prefix + value, ""))
        .toList();
  }

  private static String type(FieldDescriptor field) {
    if (field.isMapField()) {
      return "map of " + type(field.getMessageType().findFieldByNumber(2));
    }
    String type =
        switch (field.getJavaType()) {
          case MESSAGE -> field.getMessageType().getName();
          case ENUM -> field.getEnumType().getName();
          default -> field.getType().name().toLowerCase(Locale.ROOT);
        };
    return field.isRepeated() ? "repeated " + type : type;
  }
}
