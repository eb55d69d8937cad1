package dev.grpcos.gateway.exec;

import java.util.List;

/**
 * The processes of all programs.
 *
 * @param running the number of processes that run
 * @param limit the most that may run
 * @param pools the persistent programs
 */
public record ProcessUse(int running, int limit, List<PoolUse> pools) {
  public ProcessUse {
    pools = List.copyOf(pools);
  }
}
