package dev.grpcos.cli.help;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The groups of options in help and manual, each with its options, the most used first. */
public enum OptionGroup {
  REQUEST(
      "Request",
      "--data",
      "--header",
      "--user",
      "--edit",
      "--each",
      "--array",
      "--input",
      "--encode",
      "--allow-unknown-fields",
      "--dry-run",
      "--rpc-header",
      "--inherit",
      "--expand-headers",
      "--no-trace",
      "--netrc",
      "--netrc-file"),
  OUTPUT(
      "Output",
      "--jq",
      "--raw-output",
      "--exit-status",
      "--json",
      "--record",
      "--envelope",
      "--output",
      "--decode",
      "--verbose",
      "--pretty",
      "--compact",
      "--color",
      "--no-pager",
      "--comments",
      "--oneof",
      "--depth",
      "--proto-names",
      "--emit-defaults",
      "--enum-numbers",
      "--error-format",
      "--failed",
      "--lines",
      "--follow",
      "--batch",
      "--sort",
      "--interval",
      "--protoset-out",
      "--proto-out-dir"),
  CALL(
      "Call",
      "--deadline",
      "--jobs",
      "--keep-going",
      "--unordered",
      "--limit",
      "--retry",
      "--idempotent",
      "--ok-codes",
      "--gzip",
      "--max-message-size"),
  CONNECTION(
      "Connection and TLS",
      "--target",
      "--plaintext",
      "--socket",
      "--wait",
      "--cacert",
      "--cert",
      "--key",
      "--key-password",
      "--p12",
      "--insecure",
      "--server-name",
      "--authority",
      "--no-alpn",
      "--connect-timeout",
      "--keepalive-time",
      "--user-agent"),
  SCHEMA("Schema", "--proto", "--import-path", "--protoset", "--reflection", "--reflect-header"),
  GATEWAY(
      "Gateway",
      "--none",
      "--config",
      "--status",
      "--uid",
      "--allow",
      "--upstream",
      "--isolate",
      "--ttl",
      "--join",
      "--replay",
      "--ignore",
      "--in-order",
      "--latency",
      "--mode",
      "--group",
      "--drain",
      "--idle",
      "--log"),
  GENERAL("General", "--version", "--help");

  /** A command with fewer options shows them as one list. */
  private static final int MIN_GROUPED = 12;

  private final String title;
  private final ImmutableList<String> options;

  OptionGroup(String title, String... options) {
    this.title = title;
    this.options = ImmutableList.copyOf(options);
  }

  /**
   * A heading with its options.
   *
   * @param options in the order to show them
   */
  public record Section(String title, List<OptionSpec> options) {}

  /** Returns the visible options of a command by group, or as one list if they are few. */
  public static List<Section> sections(CommandSpec command) {
    List<OptionSpec> all =
        command.options().stream()
            .filter(option -> !option.hidden())
            .sorted(Comparator.comparing(OptionGroup::rank))
            .toList();
    if (all.size() < MIN_GROUPED) {
      return all.isEmpty() ? List.of() : List.of(new Section("Options", all));
    }
    List<Section> sections = new ArrayList<>();
    for (OptionGroup group : values()) {
      List<OptionSpec> own = all.stream().filter(option -> group == of(option)).toList();
      if (!own.isEmpty()) {
        sections.add(new Section(group.title + " options", own));
      }
    }
    return sections;
  }

  /** Returns the longest names of the options in all groups. */
  public static List<String> names() {
    return Stream.of(values()).flatMap(group -> group.options.stream()).toList();
  }

  private static OptionGroup of(OptionSpec option) {
    for (OptionGroup group : values()) {
      if (group.options.contains(option.longestName())) {
        return group;
      }
    }
    return GENERAL;
  }

  /** Returns an option's place among all; an option without a group comes first. */
  private static int rank(OptionSpec option) {
    return names().indexOf(option.longestName());
  }
}
