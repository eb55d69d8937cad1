package dev.grpcos.gateway.json;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;

/** The form of a {@code FIELD} argument that suits a field: what follows its name. */
public enum FieldForm {
  /** {@code f=text}. */
  TEXT("="),
  /** {@code f:=JSON}; no other form can express every value. */
  JSON(":="),
  /** {@code f.name=text}, field by field. */
  FIELDS("."),
  /** {@code f.key=text}, entry by entry. */
  ENTRIES(".");

  private final String sign;

  FieldForm(String sign) {
    this.sign = sign;
  }

  /** Returns the characters behind the field's name. */
  public String sign() {
    return sign;
  }

  /** Returns the form for a field. */
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
    return hasFields(field) && !field.isRepeated() ? FIELDS : JSON;
  }

  /** Whether the field is a message, or each of its elements one, with fields to name. */
  public static boolean hasFields(FieldDescriptor field) {
    return field.getJavaType() == JavaType.MESSAGE
        && !field.isMapField()
        && WellKnown.of(field.getMessageType()) == WellKnown.NONE
        && !field.getMessageType().getFields().isEmpty();
  }
}
