package dev.grpcos.gateway.config;

import dev.grpcos.gateway.trust.TrustedFile;
import dev.grpcos.proto.config.v1.Context;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Reads a file of contexts: YAML is read into the messages {@code grpcos.config.v1.Context}, whose
 * definition documents the keys.
 *
 * <p>The file names programs that run and files whose content is sent, so it and its folders have
 * to be safe from other users. A context is checked when it is used; mistakes in others have no
 * effect on it.
 */
public final class ContextsFile {
  private static final String READER = "the command";
  private static final String NAME = "[A-Za-z0-9._-]{1,63}";

  private final Path file;
  private final Map<String, Node> nodes = new LinkedHashMap<>();

  private ContextsFile(Path file) {
    this.file = file;
  }

  /**
   * Reads a file.
   *
   * @param file an absolute path
   * @param user the user whose contexts they are
   * @return the file, which is empty if it does not exist
   * @throws ConfigException if other users could change the file, or it is not a group of keys
   */
  public static ContextsFile read(Path file, int user) throws ConfigException {
    ContextsFile contexts = new ContextsFile(file);
    if (Files.notExists(file)) {
      return contexts;
    }
    ConfigProblems problems = new ConfigProblems(file);
    TrustedFile.distrust(file, user).ifPresent(why -> problems.add("is not safe: " + why));
    problems.throwIfAny();
    Node node = YamlText.read(file, problems);
    if (node != null) {
      contexts.take(node, Place.root(problems));
    }
    problems.throwIfAny();
    return contexts;
  }

  private void take(Node node, Place top) {
    top.setMark(node.getStartMark());
    if (node instanceof ScalarNode && node.getTag().equals(Tag.NULL)) {
      return;
    }
    if (!(node instanceof MappingNode keys)) {
      top.problem("is not a group of keys; give names of contexts, each with keys below it");
      return;
    }
    for (NodeTuple entry : keys.getValue()) {
      String name = entry.getKeyNode() instanceof ScalarNode key ? key.getValue() : "";
      if (!name.matches(NAME)) {
        top.problemAt(
            entry.getKeyNode().getStartMark(),
            "'%s' is not the name of a context; give at most 63 letters, digits, - _ and ."
                .formatted(name));
      } else if (nodes.put(name, entry.getValueNode()) != null) {
        top.problemAt(
            entry.getKeyNode().getStartMark(), name + " is given twice; leave one of them out");
      }
    }
  }

  /** Returns the names of the contexts, in the order of the file. */
  public List<String> names() {
    return List.copyOf(nodes.keySet());
  }

  /** Returns whether there is a context with this name. */
  public boolean has(String name) {
    return nodes.containsKey(name);
  }

  /**
   * Returns a context as it is written: {@code ${NAME}} stays, and defaults are filled in.
   *
   * @param name the name of a context of the file
   * @throws ConfigException if it is invalid, with all problems
   */
  public Context written(String name) throws ConfigException {
    ConfigProblems problems = new ConfigProblems(file);
    Context context = message(name, new YamlReader(Expansion.NONE), Place.root(problems).at(name));
    problems.throwIfAny();
    return context;
  }

  /**
   * Returns a context to use.
   *
   * @param name the name of a context of the file
   * @param environment the caller's environment variables
   * @throws ConfigException if it is invalid, with all problems
   */
  public ContextConfig context(String name, Map<String, String> environment)
      throws ConfigException {
    ConfigProblems problems = new ConfigProblems(file);
    Place place = Place.root(problems).at(name);
    Context message = message(name, new YamlReader(new Expansion(environment, READER)), place);
    ContextConfig config =
        new ContextReader(
                new Surroundings(
                    Objects.requireNonNull(file.getParent(), "a file's folder"),
                    environment,
                    READER))
            .read(name, message, place);
    problems.throwIfAny();
    return Objects.requireNonNull(config, "set if there are no problems");
  }

  private Context message(String name, YamlReader yaml, Place place) {
    Context.Builder message = Context.newBuilder();
    yaml.read(Objects.requireNonNull(nodes.get(name), name), message, place);
    return message.build();
  }
}
