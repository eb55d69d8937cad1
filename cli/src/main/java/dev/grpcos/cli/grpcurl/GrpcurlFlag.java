package dev.grpcos.cli.grpcurl;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The options of grpcurl 1.9, in the order of the help. */
public enum GrpcurlFlag {
  D(FlagKind.TEXT, "JSON", "The requests, or @ to read them from standard input."),
  FORMAT(
      FlagKind.TEXT,
      "FORMAT",
      "The format of requests and responses. json (the default): values one after the other. text:"
          + " protobuf's text format, separated by a record separator (0x1E)."),
  EMIT_DEFAULTS(FlagKind.SWITCH, "", "Print fields that have default values, with -format json."),
  ALLOW_UNKNOWN_FIELDS(FlagKind.SWITCH, "", "Ignore unknown fields in JSON requests."),
  FORMAT_ERROR(FlagKind.SWITCH, "", "Print the status of a failed call in the form of -format."),
  V(FlagKind.SWITCH, "", "Print the method, the metadata and the number of messages too."),
  VV(FlagKind.SWITCH, "", "As -v, and also sizes and times."),

  CAPITAL_H(FlagKind.LIST, "'K: V'", "A header for calls and reflection. Repeatable."),
  RPC_HEADER(FlagKind.LIST, "'K: V'", "A header for calls only. Repeatable."),
  REFLECT_HEADER(FlagKind.LIST, "'K: V'", "A header for reflection only. Repeatable."),
  EXPAND_HEADERS(
      FlagKind.SWITCH,
      "",
      "Replace ${NAME} in headers with the value of the environment variable."),
  USER_AGENT(FlagKind.TEXT, "TEXT", "Text before the user-agent of gRPC."),

  UNIX(FlagKind.SWITCH, "", "The address is the path of a Unix socket."),
  PLAINTEXT(FlagKind.SWITCH, "", "Connect without TLS."),
  INSECURE(FlagKind.SWITCH, "", "Skip certificate verification (unsafe)."),
  CACERT(FlagKind.TEXT, "FILE", "The certificates of the authorities to trust, in PEM."),
  CERT(FlagKind.TEXT, "FILE", "The client's certificate chain, in PEM; with -key."),
  KEY(FlagKind.TEXT, "FILE", "The private key of -cert, in PEM."),
  AUTHORITY(
      FlagKind.TEXT,
      "NAME",
      "The authority of calls, and the name to expect in the server's certificate."),
  SERVERNAME(FlagKind.TEXT, "NAME", "As -authority, with TLS only."),
  CONNECT_TIMEOUT(
      FlagKind.SECONDS, "SECONDS", "The longest that connecting may take. Default: 10 seconds."),
  KEEPALIVE_TIME(
      FlagKind.SECONDS, "SECONDS", "Ping a server that has been silent for so long, at least 10."),
  MAX_TIME(FlagKind.SECONDS, "SECONDS", "The longest that the whole command may take."),
  MAX_MSG_SZ(FlagKind.BYTES, "BYTES", "The maximum size of a response. Default: 4194304."),

  USE_REFLECTION(
      FlagKind.SWITCH,
      "",
      "Use the server's reflection. Default: true without -proto and -protoset."),
  PROTO(FlagKind.LIST, "FILE", "Read the schema from a .proto file. Repeatable."),
  IMPORT_PATH(
      FlagKind.LIST, "DIR", "With -proto: a folder to search for files and imports. Repeatable."),
  PROTOSET(FlagKind.LIST, "FILE", "Read the schema from a descriptor set. Repeatable."),
  PROTOSET_OUT(
      FlagKind.TEXT,
      "FILE",
      "Write the files of the symbol and their imports as a descriptor set."),
  PROTO_OUT_DIR(FlagKind.TEXT, "DIR", "Write the same as .proto files below a folder."),
  MSG_TEMPLATE(FlagKind.SWITCH, "", "With describe: also print a template of a message."),

  ALTS(FlagKind.SWITCH, "", "Not supported: the transport security of Google's data centers."),
  ALTS_HANDSHAKER_SERVICE(FlagKind.TEXT, "ADDRESS", "Not supported, as -alts."),
  ALTS_TARGET_SERVICE_ACCOUNT(FlagKind.LIST, "ACCOUNT", "Not supported, as -alts."),

  VERSION(FlagKind.SWITCH, "", "Print the version."),
  HELP(FlagKind.SWITCH, "", "Print this help.");

  /** The kinds of values. */
  enum FlagKind {
    /** True or false; the value must be attached with an equals sign. */
    SWITCH,
    TEXT,
    /** Any number of values. */
    LIST,
    /** A floating-point number. */
    SECONDS,
    /** An integer. */
    BYTES
  }

  private final FlagKind kind;
  private final String label;
  private final String description;

  GrpcurlFlag(FlagKind kind, String label, String description) {
    this.kind = kind;
    this.label = label;
    this.description = description;
  }

  /** Returns the name without a dash, such as {@code max-time}. */
  public String label() {
    return this == CAPITAL_H ? "H" : name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  FlagKind kind() {
    return kind;
  }

  /** Returns whether a value must follow, attached or as the next argument. */
  public boolean takesValue() {
    return kind != FlagKind.SWITCH;
  }

  /** Returns the name and the value in the help, such as {@code -max-time SECONDS}. */
  String term() {
    return "-" + label() + (label.isEmpty() ? "" : " " + label);
  }

  String description() {
    return description;
  }

  /** Returns the option with a name without dashes. */
  static Optional<GrpcurlFlag> named(String name) {
    return Arrays.stream(values()).filter(flag -> flag.label().equals(name)).findFirst();
  }
}
