package dev.grpcos.gateway.schema;

/** The kind of symbol that a name in a descriptor file stands for. */
public enum SymbolKind {
  SERVICE,
  METHOD,
  MESSAGE,
  ENUM,
  /** A field, oneof, enum value, extension or map entry. */
  PART;

  /** Returns whether such a symbol can be declared outside of any other symbol. */
  public boolean isDeclaration() {
    return this == SERVICE || this == MESSAGE || this == ENUM;
  }
}
