package dev.grpcos.gateway.json;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;

/** How {@link FieldArguments} best give a field: what stands behind its name. */
public enum FieldForm {
  /** {@code f=text}. */
  TEXT("="),
  /** {@code f:=JSON}; there is no other form, or none that says everything. */
  JSON(":="),
  /** {@code f.name=text}, field by field. */
  FIELDS("."),
  /** {@code f.key=text}, entry by entry. */
  ENTRIES(".");

  private final String sign;

  FieldForm(String sign) {
    this.sign = sign;
  }

  /** What comes right behind the field's name. */
  public String sign() {
    return sign;
  }

  /** The form of this field. */
  public static FieldForm of(FieldDescriptor field) {
    if (field.getJavaType() != JavaType.MESSAGE) {
      return TEXT;
    }
    if (field.isMapField()) {
      return ENTRIES;
    }
    WellKnown kind = WellKnown.of(field.getMessageType());
    if (kind.isWrapper() || kind.isString()) {
      return TEXT;
    }
    boolean hasFields = kind == WellKnown.NONE && !field.getMessageType().getFields().isEmpty();
    return hasFields && !field.isRepeated() ? FIELDS : JSON;
  }
}
