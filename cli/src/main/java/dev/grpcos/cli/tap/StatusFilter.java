package dev.grpcos.cli.tap;

import dev.grpcos.cli.failure.CliException;
import io.grpc.Status;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Selects calls by their status.
 *
 * @param codes the codes of selected calls
 */
public record StatusFilter(Set<Status.Code> codes) {
  /** Selects all calls. */
  public static final StatusFilter ALL = new StatusFilter(EnumSet.allOf(Status.Code.class));

  public StatusFilter {
    codes = Set.copyOf(codes);
  }

  /**
   * Returns the filter for names of codes, of which those with {@code !} are not selected.
   *
   * @throws CliException USAGE if a name is unknown
   */
  public static StatusFilter parse(List<String> names) {
    EnumSet<Status.Code> codes =
        names.stream().allMatch(name -> name.startsWith("!"))
            ? EnumSet.allOf(Status.Code.class)
            : EnumSet.noneOf(Status.Code.class);
    names.stream().filter(name -> !name.startsWith("!")).forEach(name -> codes.add(code(name)));
    names.stream()
        .filter(name -> name.startsWith("!"))
        .forEach(name -> codes.remove(code(name.substring(1))));
    return new StatusFilter(codes);
  }

  private static Status.Code code(String name) {
    for (Status.Code code : Status.Code.values()) {
      if (code.name().equals(name.toUpperCase(Locale.ROOT))) {
        return code;
      }
    }
    throw CliException.usage(
        "--status '%s' is not a gRPC status code: give names such as NOT_FOUND, or '!OK' for all"
            + " other codes",
        name);
  }

  boolean isAll() {
    return codes.size() == Status.Code.values().length;
  }

  boolean selects(int code) {
    return codes.contains(Status.fromCodeValue(code).getCode());
  }
}
