package dev.grpcos.gateway.schema;

/** What a name in a descriptor file stands for. */
public enum SymbolKind {
  SERVICE,
  METHOD,
  MESSAGE,
  ENUM,
  /** A field, oneof, enum value or extension; also a map entry. */
  PART;

  /** Whether it can be declared outside of any other symbol. */
  public boolean isDeclaration() {
    return this == SERVICE || this == MESSAGE || this == ENUM;
  }
}
