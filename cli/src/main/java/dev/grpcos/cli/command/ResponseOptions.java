package dev.grpcos.cli.command;

import dev.grpcos.cli.call.MessageFormat;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.failure.ExitCode;
import dev.grpcos.cli.filter.Expressions;
import dev.grpcos.cli.filter.FilterOutput;
import dev.grpcos.cli.filter.LastResult;
import dev.grpcos.cli.filter.PrintedResults;
import dev.grpcos.cli.invocation.Invocation;
import dev.grpcos.cli.invocation.StreamKind;
import dev.grpcos.cli.output.ResponseForm;
import dev.grpcos.gateway.json.EncodedFields;
import dev.grpcos.gateway.json.JsonSink;
import dev.grpcos.gateway.json.ResponseWriter;
import dev.grpcos.gateway.json.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options for the output of responses. */
final class ResponseOptions {
  @Mixin JsonOptions json = new JsonOptions();

  @Option(
      names = "--jq",
      paramLabel = "EXPR",
      description =
          "Print the results of this jq expression for each response, or for each object of"
              + " --envelope or --dry-run. The language is that of jq 1.6, without env and $ENV. A"
              + " gateway evaluates paths such as .items[].name itself, and other expressions in a"
              + " separate process that may take 3s and a quarter of the gateway's heap, at most"
              + " 512MiB, for each result.")
  @Nullable String jq;

  @Option(
      names = {"-r", "--raw-output"},
      description = "Print strings that --jq returns without quotes.")
  boolean raw;

  @Option(
      names = {"-e", "--exit-status"},
      description =
          "With --jq: exit with 1 if the last result is false or null, and with 4 if there is none,"
              + " as jq does. The exit code of a failed call takes precedence; give --ok-codes for"
              + " calls that may fail.")
  boolean exitStatus;

  @Option(
      names = "--envelope",
      description =
          "Print one object for each call, including failed calls: seq (the number of the request),"
              + " ok (whether the status is OK), status (code, name, message, details), headers and"
              + " trailers (an array of values for each key, base64 if it ends in -bin), ms,"
              + " responses. Failed calls are then not reported on standard error; the exit code is"
              + " unchanged. A gateway that cannot be reached is reported as the failure of the"
              + " first call.")
  boolean envelope;

  @Option(
      names = "--dry-run",
      arity = "0..1",
      paramLabel = "FORMAT",
      fallbackValue = "json",
      preprocessor = AttachedValue.class,
      description =
          "Send nothing: print each request. json: one object with seq, method, deadline, metadata"
              + " and request. curl: the call as a command for sh, by HTTP on the gateway's socket;"
              + " the values of metadata that may be secrets become variables, such as"
              + " $$AUTHORIZATION. grpcurl: the call as a command of grpcurl, with the same"
              + " variables. Default: ${FALLBACK-VALUE}.")
  @Nullable DryRun dryRun;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description =
          "json; text: protobuf's text format, one line per response; binary: the wire"
              + " format, each response preceded by its length as a varint. Default: json.")
  MessageFormat format = MessageFormat.JSON;

  /** The results of this run; commands use their options again. */
  private @Nullable LastResult last;

  /**
   * Rejects options that exclude each other.
   *
   * @throws CliException USAGE, with both options and the remedy
   */
  void check(Invocation invocation) {
    last = null;
    if (raw && jq == null) {
      throw CliException.usage("-r requires --jq: add it, as in --jq .message -r");
    }
    if (exitStatus && jq == null) {
      throw CliException.usage("-e requires --jq: add it, as in -e --jq .done");
    }
    if (dryRun != null && envelope) {
      throw CliException.usage("--dry-run and --envelope exclude each other: give one of them");
    }
    if (dryRun != null && dryRun.isCommand()) {
      requireNoForm(dryRun);
    }
    if (format == MessageFormat.JSON) {
      boolean unused = json.indented(invocation);
      return;
    }
    List<String> given = new ArrayList<>(json.given());
    if (jq != null) {
      given.add(0, "--jq");
    }
    if (envelope) {
      given.add(0, "--envelope");
    }
    if (dryRun != null) {
      given.add(0, "--dry-run");
    }
    if (!given.isEmpty()) {
      throw CliException.usage(
          "%s is for JSON and excludes -o %s: give one of them",
          given.get(0), format.name().toLowerCase(Locale.ROOT));
    }
    if (format == MessageFormat.BINARY && invocation.stdoutKind() == StreamKind.TERMINAL) {
      throw CliException.usage(
          "-o binary cannot be printed on a terminal: redirect the output, or give -o text");
    }
  }

  /** Rejects the options for output that a command of another program cannot have. */
  private void requireNoForm(DryRun program) {
    List<String> given = new ArrayList<>(json.given());
    if (program == DryRun.GRPCURL) {
      given.remove("--emit-defaults");
    }
    if (jq != null) {
      given.add(0, "--jq");
    }
    if (!given.isEmpty()) {
      throw CliException.usage(
          "%s and --dry-run=%s exclude each other: leave it out, and pass the output of %s to jq",
          given.get(0), program.label(), program.label());
    }
  }

  /**
   * Returns the output of JSON values, with the filter. Must be called after the lookup of the
   * method, so that the expression of a caller without permission is not evaluated; and before
   * anything is read or written, so that the command can still move to its own process.
   *
   * @param subject the name of a value in messages
   * @throws CliException USAGE if the expression is invalid
   */
  JsonSink sink(Invocation invocation, String subject) {
    JsonSink layout = json.layout(invocation);
    if (jq == null) {
      return layout;
    }
    boolean terminal = invocation.stdoutKind() == StreamKind.TERMINAL;
    FilterOutput results = new PrintedResults(layout, raw, terminal);
    if (exitStatus) {
      last = new LastResult(results);
      results = last;
    }
    return Expressions.filter(jq, subject, results, invocation::evaluator);
  }

  /** Returns the exit code of a command whose calls have succeeded: that of -e, or OK. */
  int exitCode() {
    return last == null ? ExitCode.OK : last.exitCode();
  }

  /**
   * Returns the form of responses, as a function of their types and of the fields that hold other
   * messages; throws the same exceptions as {@link #sink}.
   */
  BiFunction<Types, EncodedFields, ResponseForm> form(Invocation invocation) {
    boolean indented = json.indented(invocation);
    if (format == MessageFormat.TEXT) {
      return (types, encoded) -> ResponseForm.text(types);
    }
    if (format == MessageFormat.BINARY) {
      return (types, encoded) -> ResponseForm.binary();
    }
    if (jq == null && !json.coloured(invocation)) {
      return (types, encoded) ->
          ResponseForm.json(new ResponseWriter(types, json.style(indented), encoded));
    }
    JsonSink sink = sink(invocation, "response");
    return (types, encoded) -> ResponseForm.json(lines(types, encoded), sink);
  }

  /** Returns a writer of messages on one line each, for a sink. */
  ResponseWriter lines(Types types, EncodedFields encoded) {
    return new ResponseWriter(types, json.style(false), encoded);
  }
}
