package dev.grpcos.benchmarks;

/** Does nothing: the reference for the start of a JVM. */
final class Empty {
  private Empty() {}

  public static void main(String[] arguments) {}
}
