package dev.grpcos.gateway.exec;

/**
 * The use of the processes of one persistent program.
 *
 * @param method the full name of the method
 * @param processes the number of processes that serve or can serve calls
 * @param idle the number of those that serve no call
 * @param waiting the number of calls that wait for a process
 * @param limit the maximum number of processes
 */
public record PoolUse(String method, int processes, int idle, int waiting, int limit) {}
