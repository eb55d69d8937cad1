package dev.grpcos.gateway.schema;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Sorts files so that each file comes after its imports, and finds import cycles.
 *
 * <p>This is Tarjan's algorithm with an explicit stack, because a server decides how deep imports
 * are nested.
 */
final class ImportOrder {
  private final Map<String, ? extends Collection<String>> imports;
  private final Map<String, Node> nodes = new HashMap<>();
  private final Deque<Node> open = new ArrayDeque<>();
  private final List<List<String>> groups = new ArrayList<>();

  private ImportOrder(Map<String, ? extends Collection<String>> imports) {
    this.imports = imports;
  }

  /**
   * Returns the files in groups. Each group comes after the groups that it imports. A group of
   * several files is a cycle.
   *
   * @param imports the imports of each file; imports that are not keys are ignored
   */
  static List<List<String>> of(Map<String, ? extends Collection<String>> imports) {
    ImportOrder order = new ImportOrder(imports);
    imports.forEach(
        (file, imported) -> {
          if (!order.nodes.containsKey(file)) {
            order.visit(file, imported);
          }
        });
    return order.groups;
  }

  private static final class Node {
    final String file;
    final int index;
    final Iterator<String> next;
    int lowest;
    boolean open = true;

    Node(String file, int index, Iterator<String> next) {
      this.file = file;
      this.index = index;
      this.lowest = index;
      this.next = next;
    }
  }

  private Node enter(String file, Collection<String> imported) {
    Node node = new Node(file, nodes.size(), imported.iterator());
    nodes.put(file, node);
    open.push(node);
    return node;
  }

  private void visit(String root, Collection<String> ofRoot) {
    Deque<Node> path = new ArrayDeque<>();
    path.push(enter(root, ofRoot));
    while (!path.isEmpty()) {
      Node node = path.element();
      if (node.next.hasNext()) {
        String name = node.next.next();
        Node known = nodes.get(name);
        Collection<String> imported = imports.get(name);
        if (known == null && imported != null) {
          path.push(enter(name, imported));
        } else if (known != null && known.open) {
          node.lowest = Math.min(node.lowest, known.index);
        }
        continue;
      }
      path.pop();
      Node importer = path.peek();
      if (importer != null) {
        importer.lowest = Math.min(importer.lowest, node.lowest);
      }
      if (node.lowest == node.index) {
        close(node);
      }
    }
  }

  private void close(Node first) {
    List<String> group = new ArrayList<>();
    Node node;
    do {
      node = open.pop();
      node.open = false;
      group.add(node.file);
    } while (node != first);
    groups.add(group);
  }
}
