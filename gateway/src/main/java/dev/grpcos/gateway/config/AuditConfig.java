package dev.grpcos.gateway.config;

import java.nio.file.Path;

/**
 * The configuration of the audit log.
 *
 * @param file the absolute path of the file to which a line is appended for each call
 */
public record AuditConfig(Path file) {}
