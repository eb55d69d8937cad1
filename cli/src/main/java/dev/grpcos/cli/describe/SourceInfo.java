package dev.grpcos.cli.describe;

import com.google.protobuf.DescriptorProtos.SourceCodeInfo;
import com.google.protobuf.DescriptorProtos.SourceCodeInfo.Location;
import com.google.protobuf.Descriptors.GenericDescriptor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The comments and positions of a file's declarations, if the file has them.
 *
 * <p>Incorrect source info from a server does not change the declarations.
 */
public final class SourceInfo {
  private final Map<SourcePath, List<Location>> locations = new HashMap<>();

  public SourceInfo(SourceCodeInfo info) {
    for (Location location : info.getLocationList()) {
      if (location.getSpanCount() == 3 || location.getSpanCount() == 4) {
        locations
            .computeIfAbsent(new SourcePath(location.getPathList()), path -> new ArrayList<>())
            .add(location);
      }
    }
  }

  /** Returns the comment before a declaration, as protoc stores it; empty if there is none. */
  public String leadingComment(GenericDescriptor descriptor) {
    Location location = location(SourcePath.of(descriptor));
    return location == null ? "" : location.getLeadingComments();
  }

  Comments comments(SourcePath path) {
    return comments(location(path));
  }

  static Comments comments(@Nullable Location location) {
    return location == null ? Comments.NONE : Comments.of(location);
  }

  @Nullable Location location(SourcePath path) {
    List<Location> all = locations.get(path);
    return all == null ? null : all.get(0);
  }

  /**
   * Returns the statement that declares the element at {@code inner}. If one statement declares
   * several elements, as {@code extend} and {@code reserved} do, they share a path without an
   * index.
   */
  @Nullable Location statement(SourcePath statements, SourcePath inner) {
    Location part = location(inner);
    if (part == null) {
      return null;
    }
    for (Location whole : locations.getOrDefault(statements, List.of())) {
      if (Arrays.compare(start(whole), start(part)) <= 0
          && Arrays.compare(end(whole), end(part)) >= 0) {
        return whole;
      }
    }
    return null;
  }

  /** Returns the line and column, from 0, where a declaration begins. */
  static int[] start(Location location) {
    return new int[] {location.getSpan(0), location.getSpan(1)};
  }

  private static int[] end(Location location) {
    return location.getSpanCount() == 3
        ? new int[] {location.getSpan(0), location.getSpan(2)}
        : new int[] {location.getSpan(2), location.getSpan(3)};
  }
}
