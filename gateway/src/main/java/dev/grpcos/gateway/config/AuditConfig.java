package dev.grpcos.gateway.config;

import java.nio.file.Path;

/**
 * The record of calls.
 *
 * @param file absolute path of the file to which a line is added for each call
 */
public record AuditConfig(Path file) {}
