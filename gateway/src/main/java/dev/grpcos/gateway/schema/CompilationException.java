package dev.grpcos.gateway.schema;

/**
 * An error for sources that do not compile. The message comes from the compiler, one line for each
 * problem.
 */
public final class CompilationException extends SchemaException {
  private static final long serialVersionUID = 1;

  private static final int MOST_CHARACTERS = 8 * 1024;

  private final String output;

  CompilationException(String output) {
    super(output.length() > MOST_CHARACTERS ? shortened(output) : output);
    this.output = output;
  }

  /** Returns everything that the compiler wrote. */
  String output() {
    return output;
  }

  private static String shortened(String output) {
    int end = output.lastIndexOf('\n', MOST_CHARACTERS);
    return output.substring(0, end < 0 ? MOST_CHARACTERS : end) + "\n...";
  }
}
