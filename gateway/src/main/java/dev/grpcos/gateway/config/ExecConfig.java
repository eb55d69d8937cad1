package dev.grpcos.gateway.config;

import java.util.List;

/**
 * A program that serves calls.
 *
 * @param command the absolute path of the program, and its arguments
 * @param persistent whether one process serves many unary calls
 * @param pool the maximum number of processes of a persistent program
 */
public record ExecConfig(List<String> command, boolean persistent, int pool) {
  public ExecConfig {
    command = List.copyOf(command);
  }
}
