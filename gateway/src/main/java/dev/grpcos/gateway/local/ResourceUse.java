package dev.grpcos.gateway.local;

import dev.grpcos.gateway.audit.AuditQueueUse;
import dev.grpcos.gateway.exec.ProcessUse;
import java.util.Map;

/**
 * The use of the gateway's resources.
 *
 * @param connections the number of open connections by socket
 * @param processes the processes of programs
 * @param audit the queue of the audit log
 * @param messageBytes the memory for messages in use
 * @param messageLimit the most memory for messages
 * @param reloadsApplied the number of reloads that were applied
 * @param reloadsFailed the number of reloads that changed nothing
 */
public record ResourceUse(
    Map<String, Integer> connections,
    ProcessUse processes,
    AuditQueueUse audit,
    long messageBytes,
    long messageLimit,
    int reloadsApplied,
    int reloadsFailed) {}
