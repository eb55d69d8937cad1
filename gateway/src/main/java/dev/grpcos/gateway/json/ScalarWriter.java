package dev.grpcos.gateway.json;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.Base64;

/** Writes values that are not messages as JSON. Not thread-safe. */
final class ScalarWriter {
  private final JsonText out;
  private final JsonStyle style;

  ScalarWriter(JsonText out, JsonStyle style) {
    this.out = out;
    this.style = style;
  }

  /** Adds a value of a field, or one element of a repeated field, to the text. */
  void write(FieldDescriptor field, Object value) {
    switch (field.getType()) {
      case INT32, SINT32, SFIXED32 -> out.put(Integer.toString((Integer) value));
      case UINT32, FIXED32 -> out.put(Integer.toUnsignedString((Integer) value));
      case INT64, SINT64, SFIXED64 -> quotedNumber(Long.toString((Long) value));
      case UINT64, FIXED64 -> quotedNumber(Long.toUnsignedString((Long) value));
      case BOOL -> out.put((Boolean) value ? "true" : "false");
      case FLOAT -> floating((Float) value);
      case DOUBLE -> floating((Double) value);
      case STRING -> out.quoted((String) value);
      case BYTES -> base64((ByteString) value);
      case ENUM -> enumerated((EnumValueDescriptor) value);
      case MESSAGE, GROUP ->
          throw new IllegalArgumentException(field.getFullName() + " is a message");
    }
  }

  private void quotedNumber(String number) {
    out.put('"');
    out.put(number);
    out.put('"');
  }

  private void floating(float number) {
    if (Float.isFinite(number)) {
      out.put(NumberText.of(number));
    } else {
      quotedNumber(Float.toString(number)); // JSON and Java use the same names for them
    }
  }

  private void floating(double number) {
    if (Double.isFinite(number)) {
      out.put(NumberText.of(number));
    } else {
      quotedNumber(Double.toString(number));
    }
  }

  /** Adds bytes to the text. */
  void base64(ByteString bytes) {
    out.put('"');
    out.put(Base64.getEncoder().encode(bytes.toByteArray()));
    out.put('"');
  }

  private void enumerated(EnumValueDescriptor value) {
    if (WellKnown.isNullValue(value.getType()) && value.getNumber() == 0) {
      out.put("null");
    } else if (style.enumNumbers() || value.getIndex() < 0) { // below 0: not in the schema
      out.put(Integer.toString(value.getNumber()));
    } else {
      out.quoted(value.getName());
    }
  }
}
