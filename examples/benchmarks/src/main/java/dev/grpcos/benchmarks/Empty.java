package dev.grpcos.benchmarks;

/** Does nothing: what is left is the start of a JVM. */
final class Empty {
  private Empty() {}

  public static void main(String[] arguments) {}
}
