package dev.grpcos.cli.grpcurl;

import dev.grpcos.cli.failure.CliException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A valid command line.
 *
 * @param flags the options
 * @param verb the action
 * @param address the server's address; empty if none is needed
 * @param symbol the method, service or symbol; null if none was given
 * @param warnings lines for standard error
 */
public record GrpcurlLine(
    GrpcurlFlags flags, Verb verb, String address, @Nullable String symbol, List<String> warnings) {
  /** The actions. */
  public enum Verb {
    LIST,
    DESCRIBE,
    CALL,
    HELP,
    VERSION
  }

  private static final int DEFAULT_MAX_MESSAGE = 4 << 20;
  private static final double NANOS = 1e9;

  public GrpcurlLine {
    warnings = List.copyOf(warnings);
  }

  /**
   * Parses and checks the arguments.
   *
   * @throws CliException USAGE if they are invalid
   */
  public static GrpcurlLine parse(List<String> arguments) {
    GrpcurlFlags flags = GrpcurlFlags.parse(arguments);
    if (flags.isOn(GrpcurlFlag.HELP)) {
      return new GrpcurlLine(flags, Verb.HELP, "", null, List.of());
    }
    if (flags.isOn(GrpcurlFlag.VERSION)) {
      return new GrpcurlLine(flags, Verb.VERSION, "", null, List.of());
    }
    List<String> warnings = new ArrayList<>();
    checkNumbers(flags);
    checkTransport(flags);
    checkFormat(flags, warnings);
    return positional(flags, warnings);
  }

  private static void checkNumbers(GrpcurlFlags flags) {
    for (GrpcurlFlag flag :
        List.of(GrpcurlFlag.CONNECT_TIMEOUT, GrpcurlFlag.KEEPALIVE_TIME, GrpcurlFlag.MAX_TIME)) {
      if (flags.seconds(flag) < 0) {
        throw CliException.usage("-%s must not be negative", flag.label());
      }
    }
    if (flags.integer(GrpcurlFlag.MAX_MSG_SZ) < 0) {
      throw CliException.usage("-max-msg-sz must not be negative");
    }
  }

  private static void checkTransport(GrpcurlFlags flags) {
    boolean alts = flags.isOn(GrpcurlFlag.ALTS);
    boolean plaintext = flags.isOn(GrpcurlFlag.PLAINTEXT);
    if (plaintext && alts) {
      throw CliException.usage("-plaintext and -alts exclude each other");
    }
    boolean tls = !plaintext && !alts;
    if (flags.isOn(GrpcurlFlag.INSECURE) && !tls) {
      throw CliException.usage("-insecure requires TLS");
    }
    for (GrpcurlFlag flag : List.of(GrpcurlFlag.CERT, GrpcurlFlag.KEY)) {
      if (!flags.text(flag).isEmpty() && !tls) {
        throw CliException.usage("-%s requires TLS", flag.label());
      }
    }
    String name = flags.text(GrpcurlFlag.SERVERNAME);
    String authority = flags.text(GrpcurlFlag.AUTHORITY);
    if (tls && !name.isEmpty() && !authority.isEmpty() && !name.equals(authority)) {
      throw CliException.usage("-servername and -authority are different: give one of them");
    }
    if (flags.text(GrpcurlFlag.CERT).isEmpty() != flags.text(GrpcurlFlag.KEY).isEmpty()) {
      throw CliException.usage("-cert and -key require each other");
    }
    for (GrpcurlFlag flag :
        List.of(GrpcurlFlag.ALTS_HANDSHAKER_SERVICE, GrpcurlFlag.ALTS_TARGET_SERVICE_ACCOUNT)) {
      boolean given = !flags.list(flag).isEmpty() && !flags.list(flag).equals(List.of(""));
      if (given && !alts) {
        throw CliException.usage("-%s requires -alts", flag.label());
      }
    }
  }

  private static void checkFormat(GrpcurlFlags flags, List<String> warnings) {
    if (flags.isGiven(GrpcurlFlag.FORMAT)
        && !List.of("json", "text").contains(flags.text(GrpcurlFlag.FORMAT))) {
      throw CliException.usage("-format must be json or text");
    }
    if (flags.isOn(GrpcurlFlag.EMIT_DEFAULTS) && flags.text(GrpcurlFlag.FORMAT).equals("text")) {
      warnings.add("-emit-defaults has no effect without -format json");
    }
  }

  private static GrpcurlLine positional(GrpcurlFlags flags, List<String> warnings) {
    List<String> words = new ArrayList<>(flags.arguments());
    String address =
        words.isEmpty() || List.of("list", "describe").contains(words.get(0))
            ? ""
            : words.remove(0);
    if (words.isEmpty()) {
      throw CliException.usage("too few arguments");
    }
    Verb verb =
        switch (words.get(0)) {
          case "list" -> Verb.LIST;
          case "describe" -> Verb.DESCRIBE;
          default -> Verb.CALL;
        };
    if (verb != Verb.CALL) {
      words.remove(0);
      for (GrpcurlFlag flag : List.of(GrpcurlFlag.D, GrpcurlFlag.RPC_HEADER)) {
        if (!flags.text(flag).isEmpty()) {
          warnings.add("-" + flag.label() + " has no effect with list and describe");
        }
      }
    }
    String symbol = words.isEmpty() ? null : words.remove(0);
    if (!words.isEmpty()) {
      throw CliException.usage("too many arguments");
    }
    checkSources(flags, verb, address, warnings);
    return new GrpcurlLine(
        flags, verb, address, symbol == null || symbol.isEmpty() ? null : symbol, warnings);
  }

  private static void checkSources(
      GrpcurlFlags flags, Verb verb, String address, List<String> warnings) {
    boolean sets = flags.isGiven(GrpcurlFlag.PROTOSET);
    boolean sources = flags.isGiven(GrpcurlFlag.PROTO);
    if (address.isEmpty() && (verb == Verb.CALL || (!sets && !sources))) {
      throw CliException.usage("no address: give HOST:PORT, or a path with -unix");
    }
    if (sets && flags.isGiven(GrpcurlFlag.REFLECT_HEADER)) {
      warnings.add("-reflect-header has no effect with -protoset");
    }
    if (sets && sources) {
      throw CliException.usage("-protoset and -proto exclude each other");
    }
    if (flags.isGiven(GrpcurlFlag.IMPORT_PATH) && !sources) {
      warnings.add("-import-path has no effect without -proto");
    }
    if (flags.isGiven(GrpcurlFlag.USE_REFLECTION)
        && !flags.isOn(GrpcurlFlag.USE_REFLECTION)
        && !sets
        && !sources) {
      throw CliException.usage("-use-reflection=false requires -proto or -protoset");
    }
    if (usesReflection(flags) && address.isEmpty()) {
      throw CliException.usage("-use-reflection requires an address");
    }
  }

  private static boolean usesReflection(GrpcurlFlags flags) {
    return flags.isGiven(GrpcurlFlag.USE_REFLECTION)
        ? flags.isOn(GrpcurlFlag.USE_REFLECTION)
        : !flags.isGiven(GrpcurlFlag.PROTOSET) && !flags.isGiven(GrpcurlFlag.PROTO);
  }

  /** Returns whether the schema comes from the server's reflection, at least in part. */
  public boolean reflection() {
    return usesReflection(flags);
  }

  public boolean isOn(GrpcurlFlag flag) {
    return flags.isOn(flag);
  }

  /** Returns the value, or null if it was not given or is empty. */
  public @Nullable String text(GrpcurlFlag flag) {
    String text = flags.text(flag);
    return text.isEmpty() ? null : text;
  }

  public List<String> list(GrpcurlFlag flag) {
    return flags.list(flag);
  }

  /** Returns the duration, or null if it was not given or is 0. */
  public @Nullable Duration duration(GrpcurlFlag flag) {
    double seconds = flags.seconds(flag);
    return seconds == 0 ? null : Duration.ofNanos((long) (seconds * NANOS));
  }

  /** Returns the maximum size of a response, in bytes. */
  public int maxMessage() {
    long given = flags.integer(GrpcurlFlag.MAX_MSG_SZ);
    return given == 0 ? DEFAULT_MAX_MESSAGE : (int) Math.min(Integer.MAX_VALUE, given);
  }

  /** Returns 0, 1 for {@code -v}, or 2 for {@code -vv}. */
  public int verbosity() {
    return isOn(GrpcurlFlag.VV) ? 2 : isOn(GrpcurlFlag.V) ? 1 : 0;
  }

  /** Returns whether messages have protobuf's text format. */
  public boolean isText() {
    return flags.text(GrpcurlFlag.FORMAT).equals("text");
  }
}
