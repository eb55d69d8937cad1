package dev.grpcos.gateway.audit;

/** A line of the audit log. */
interface AuditLine {
  /** Returns the line, with its line feed. */
  String line();
}
