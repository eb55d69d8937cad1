package dev.grpcos.cli.command;

import io.grpc.Status;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Option;

/** The option for the status codes that are not failures. */
final class OkCodesOption {
  @Option(
      names = "--ok-codes",
      paramLabel = "CODE",
      split = ",",
      description = "gRPC status codes that are not failures, such as NOT_FOUND,ALREADY_EXISTS.")
  List<Status.Code> given = new ArrayList<>();

  /** Returns a new set of the codes. */
  Set<Status.Code> codes() {
    Set<Status.Code> codes = EnumSet.noneOf(Status.Code.class);
    codes.addAll(given);
    return codes;
  }
}
