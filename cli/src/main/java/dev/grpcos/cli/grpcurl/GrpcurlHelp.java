package dev.grpcos.cli.grpcurl;

import java.util.List;

/** The help of grpcurl's command line. */
final class GrpcurlHelp {
  private static final int WIDTH = 80;
  private static final String INDENT = "        ";

  private static final List<String> INTRODUCTION =
      List.of(
          "Usage:",
          "  grpcurl [OPTIONS] ADDRESS list [SERVICE]",
          "  grpcurl [OPTIONS] ADDRESS describe [SYMBOL]",
          "  grpcurl [OPTIONS] ADDRESS SERVICE/METHOD",
          "",
          "Runs a command line of grpcurl with grpcos. ADDRESS is HOST:PORT, or with -unix",
          "a path; list and describe need none with -proto or -protoset. Names are full",
          "names.",
          "",
          "Options, before ADDRESS, with one or two dashes:");

  private GrpcurlHelp() {}

  static String text() {
    StringBuilder text = new StringBuilder();
    INTRODUCTION.forEach(line -> text.append(line).append('\n'));
    for (GrpcurlFlag flag : GrpcurlFlag.values()) {
      text.append("  ").append(flag.term()).append('\n');
      wrap(flag.description(), text);
    }
    return text.toString();
  }

  private static void wrap(String description, StringBuilder text) {
    int column = 0;
    for (String word : description.split(" ", -1)) {
      if (column > 0 && column + 1 + word.length() > WIDTH) {
        text.append('\n');
        column = 0;
      }
      String before = column == 0 ? INDENT : " ";
      text.append(before).append(word);
      column += before.length() + word.length();
    }
    text.append('\n');
  }
}
