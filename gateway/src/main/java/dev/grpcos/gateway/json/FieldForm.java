package dev.grpcos.gateway.json;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;

/** The form of a {@code FIELD} argument for a field: the characters after its name. */
public enum FieldForm {
  /** {@code f=text}. */
  TEXT("="),
  /** {@code f:=JSON}. No other form can express every value. */
  JSON(":="),
  /** {@code f.name=text}, for each field. */
  FIELDS("."),
  /** {@code f.key=text}, for each entry. */
  ENTRIES(".");

  private final String sign;

  FieldForm(String sign) {
    this.sign = sign;
  }

  /** Returns the characters after the field's name. */
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

  /** Returns whether the field, or each of its elements, is a message with named fields. */
  public static boolean hasFields(FieldDescriptor field) {
    return field.getJavaType() == JavaType.MESSAGE
        && !field.isMapField()
        && WellKnown.of(field.getMessageType()) == WellKnown.NONE
        && !field.getMessageType().getFields().isEmpty();
  }
}
