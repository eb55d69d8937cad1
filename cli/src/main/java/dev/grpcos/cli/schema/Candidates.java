package dev.grpcos.cli.schema;

import java.util.List;

/** The names that a short name can stand for. */
final class Candidates {
  /** Packages of services that servers and gateways offer beside the services of their users. */
  private static final List<String> STANDARD =
      List.of("grpc.health.", "grpc.reflection.", "grpc.channelz.");

  private Candidates() {}

  /** Returns the names without those of standard services, or all if there are no others. */
  static List<String> preferred(List<String> names) {
    List<String> others =
        names.stream().filter(name -> STANDARD.stream().noneMatch(name::startsWith)).toList();
    return others.isEmpty() ? names : others;
  }
}
