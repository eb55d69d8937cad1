package dev.grpcos.gateway.audit;

/**
 * The state of the queue of records.
 *
 * @param queued the number of records that wait
 * @param limit the most that may wait
 * @param lost the number of records that were lost so far
 */
public record AuditQueueUse(int queued, int limit, long lost) {}
