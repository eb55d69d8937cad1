package dev.grpcos.gateway.config;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.grpcos.gateway.json.Nearest;
import dev.grpcos.proto.config.v1.Bounds;
import dev.grpcos.proto.config.v1.BoundsProto;
import dev.grpcos.proto.config.v1.Exec;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Reads YAML nodes into a message, checks each key and value, and fills in defaults.
 *
 * <p>Aliases are followed, so a small document can expand to a large one. The number of visited
 * nodes is bounded; the message's type bounds the depth.
 */
final class YamlReader {
  private static final int MAX_NODES = 50_000;

  private final Expansion expansion;
  private int visited;

  YamlReader(Expansion expansion) {
    this.expansion = expansion;
  }

  /** Sets the fields that the node contains, and reports problems at their places. */
  void read(Node node, Message.Builder message, Place place) {
    place.setMark(node.getStartMark());
    Set<FieldDescriptor> given = new HashSet<>();
    if (node instanceof SequenceNode list && message instanceof Exec.Builder) {
      FieldDescriptor command = Exec.getDescriptor().findFieldByNumber(Exec.COMMAND_FIELD_NUMBER);
      given.add(command);
      list(list, command, message, place.at(command.getName()));
    } else if (node instanceof MappingNode keys) {
      keys(keys, message, place, given);
    } else if (!isNothing(node)) {
      place.problem(
          "is %s; give keys%s", kind(node), message instanceof Exec.Builder ? " or a list" : "");
      return;
    }
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      if (!given.contains(field)) {
        fillIn(field, message, place);
      }
    }
  }

  private static void fillIn(FieldDescriptor field, Message.Builder message, Place place) {
    Bounds bounds = bounds(field);
    if (bounds.getRequired()) {
      place.at(field.getName()).problem("is missing; give it");
    } else if (!bounds.getDefault().isEmpty()) {
      message.setField(field, Scalar.of(field).orElseThrow().defaultOf(bounds));
    }
  }

  private void keys(
      MappingNode node, Message.Builder message, Place place, Set<FieldDescriptor> given) {
    Map<FieldDescriptor, Integer> lines = new HashMap<>();
    for (NodeTuple entry : node.getValue()) {
      String key = key(entry, place);
      if (key == null) {
        continue;
      }
      FieldDescriptor field = field(message.getDescriptorForType(), key);
      if (field == null) {
        unknown(key, entry.getKeyNode(), message.getDescriptorForType(), place);
        continue;
      }
      Place here = place.at(field.getName());
      Integer before = lines.putIfAbsent(field, line(entry.getKeyNode()));
      if (before != null) {
        place.problemAt(
            entry.getKeyNode().getStartMark(),
            "%s is given twice, first in line %d; leave one of them out"
                .formatted(here.name(), before));
        continue;
      }
      given.add(field);
      here.setMark(entry.getValueNode().getStartMark());
      if (enter(here)) {
        value(entry.getValueNode(), field, message, here);
      }
    }
  }

  private static void unknown(String key, Node node, Descriptor type, Place place) {
    List<String> names = type.getFields().stream().map(FieldDescriptor::getName).toList();
    place.problemAt(
        node.getStartMark(),
        "unknown key '%s'%s"
            .formatted(place.at(key).name(), Nearest.orAll(key, names, "there are")));
  }

  private void value(Node node, FieldDescriptor field, Message.Builder message, Place place) {
    if (field.isMapField()) {
      map(node, field, message, place);
    } else if (field.isRepeated()) {
      list(node, field, message, place);
    } else {
      Object value = single(node, field, message, place);
      if (value != null) {
        message.setField(field, value);
      }
    }
  }

  private void list(Node node, FieldDescriptor field, Message.Builder message, Place place) {
    place.setMark(node.getStartMark());
    if (node instanceof SequenceNode items) {
      int index = 0;
      for (Node item : items.getValue()) {
        Place here = place.at(index++);
        here.setMark(item.getStartMark());
        Object value = enter(here) ? single(item, field, message, here) : null;
        if (value != null) {
          message.addRepeatedField(field, value);
        }
      }
      if (index == 0 && bounds(field).getRequired()) {
        place.problem("is empty; give at least one item");
      }
    } else if (isNothing(node)) {
      if (bounds(field).getRequired()) {
        place.problem("has no value; give a list");
      }
    } else {
      place.problem("is %s; give a list, as in [a, b]", kind(node));
    }
  }

  /** Reads a value or an item of a list; null if it is invalid, which is reported at the place. */
  private @Nullable Object single(
      Node node, FieldDescriptor field, Message.Builder parent, Place place) {
    Optional<Scalar> scalar = Scalar.of(field);
    if (scalar.isEmpty()) {
      Message.Builder child = parent.newBuilderForField(field);
      read(node, child, place);
      return child.build();
    }
    String text = text(node, place);
    if (text != null && text.isEmpty()) {
      place.problem("is empty; give a value, or leave the key out");
      return null;
    }
    return text == null ? null : scalar.get().read(text, bounds(field), place);
  }

  private void map(Node node, FieldDescriptor field, Message.Builder message, Place place) {
    if (isNothing(node)) {
      return;
    }
    if (!(node instanceof MappingNode entries)) {
      place.problem("is %s; give keys", kind(node));
      return;
    }
    FieldDescriptor keyField = field.getMessageType().findFieldByNumber(1);
    FieldDescriptor valueField = field.getMessageType().findFieldByNumber(2);
    Set<String> names = new HashSet<>();
    for (NodeTuple tuple : entries.getValue()) {
      String key = key(tuple, place);
      if (key == null) {
        continue;
      }
      Place here = place.at(key);
      if (!names.add(key)) {
        place.problemAt(
            tuple.getKeyNode().getStartMark(),
            here.name() + " is given twice; leave one of them out");
        continue;
      }
      here.setMark(tuple.getValueNode().getStartMark());
      Message.Builder entry = message.newBuilderForField(field);
      // A text in a map may be empty, because variables can be empty.
      Object value =
          valueField.getJavaType() == FieldDescriptor.JavaType.STRING
              ? text(tuple.getValueNode(), here)
              : single(tuple.getValueNode(), valueField, entry, here);
      if (enter(here) && value != null) {
        entry.setField(keyField, key);
        entry.setField(valueField, value);
        message.addRepeatedField(field, entry.build());
      }
    }
  }

  private @Nullable String text(Node node, Place place) {
    if (isNothing(node)) {
      place.problem("has no value; give one, or leave the key out");
      return null;
    }
    if (!(node instanceof ScalarNode scalar)) {
      place.problem("is %s; give a single value", kind(node));
      return null;
    }
    return expansion.expand(scalar.getValue(), place);
  }

  private static @Nullable String key(NodeTuple entry, Place place) {
    if (entry.getKeyNode() instanceof ScalarNode key) {
      return key.getValue();
    }
    place.problemAt(
        entry.getKeyNode().getStartMark(),
        "a key is " + kind(entry.getKeyNode()) + "; give a name and a colon");
    return null;
  }

  /** Counts a visited node; returns false above the limit. */
  private boolean enter(Place place) {
    if (++visited == MAX_NODES) {
      place.problem("exceeds %d values, counting aliases; make the file smaller", MAX_NODES);
    }
    return visited < MAX_NODES;
  }

  private static @Nullable FieldDescriptor field(Descriptor type, String key) {
    FieldDescriptor field = type.findFieldByName(key);
    if (field != null) {
      return field;
    }
    return type.getFields().stream()
        .filter(each -> each.getJsonName().equals(key))
        .findFirst()
        .orElse(null);
  }

  private static Bounds bounds(FieldDescriptor field) {
    return field.getOptions().getExtension(BoundsProto.bounds);
  }

  private static boolean isNothing(Node node) {
    return node instanceof ScalarNode scalar && scalar.isPlain() && node.getTag().equals(Tag.NULL);
  }

  private static String kind(Node node) {
    if (node instanceof ScalarNode scalar) {
      return "'" + scalar.getValue() + "'";
    }
    return node instanceof SequenceNode ? "a list" : "a group of keys";
  }

  private static int line(Node node) {
    return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
  }
}
