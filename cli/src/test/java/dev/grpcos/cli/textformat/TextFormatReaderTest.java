package dev.grpcos.cli.textformat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.TextFormat;
import dev.grpcos.cli.output.PrintedTypes;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextFormatReaderTest {
  private static final char NO_QUOTE = '`';
  private static final Descriptor NOTE = note();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = NO_QUOTE,
      value = {
        "s: \"a\" 'b' # c                 | s: \"ab\"",
        "s: \"\\303\\251\\u00e9\\U0001F600\\x41\" | s: \"éé😀A\"",
        "by: \"\\xff\\n\"                 | by: \"\\377\\n\"",
        "n: 012                           | n: 10",
        "n: - 0x1F                        | n: -31",
        "d: 12.5f                         | d: 12.5",
        "d: -inf                          | d: -inf",
        "d: .5e3;                         | d: 500.0",
        "d: 7                             | d: 7",
        "more: [1, 2] more: 3             | more: 1 more: 2 more: 3",
        "more: []                         | ``",
        "child { n: 1 }, child2: < n: 2 > | child { n: 1 } child2 { n: 2 }",
        "gone: 5 lost { a: [1, {}] b <> } n: 1 | n: 1",
        "1000: 5 1001 { 7: \"x\" } 1002: 0x0000000000000001 n: 1 | n: 1",
      })
  void textIsReadAccordingToTheSpecification(String text, String expected) throws Exception {
    DynamicMessage.Builder message = DynamicMessage.newBuilder(NOTE);
    TextFormat.merge(expected, message);
    assertThat(reader(false).read(text)).isEqualTo(message.build());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = NO_QUOTE,
      value = {
        "s: \"\\xff\"         | line 1, column 4: a string that is not valid UTF-8",
        "s: \"a\\300\\200\"   | not valid UTF-8",
        "d: 012               | expected a double, got 012; octal is for integers",
        "d: -0777             | octal is for integers",
        "d: 0x1               | expected a double in decimal",
        "n: 08                | expected an int32, got '08'",
        "n: 1.0               | expected an int32, got '1.0'",
        "n: 2147483648        | out of range of an int32",
        "n 5                  | column 3: expected ':' after 'n', got '5'",
        "n: 5 n: 6            | column 6: 'n' is given twice",
        "s: 5                 | expected a string in quotes, got '5'",
        "s: \"a               | a string without a closing quote",
        "s: \"\\ud800\"       | an escape that is not a Unicode character",
        "nn: 5                | no field 'nn' in notes.Note; did you mean 'n'?",
        "child { n: 5         | expected a field, got the end of the input",
        "n: 5x                | a number with 'x' behind it",
        "n: 5 %               | unexpected character U+0025",
        "[a.b]: 5             | no extension [a.b] of notes.Note",
        "[t/a.B] { }          | is permitted only in a google.protobuf.Any",
      })
  void otherTextIsRefused(String text, String message) {
    assertThatThrownBy(() -> reader(false).read(text))
        .isInstanceOf(TextFormatException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"none: 5 n: 1", "none { a: 1 } n: 1", "[a.b] { } n: 1", "none: [] n: 1"})
  void unknownFieldsCanBeIgnored(String text) throws Exception {
    assertThat(reader(true).read(text)).hasToString("n: 1\n");
  }

  private static TextFormatReader reader(boolean allowUnknown) {
    return new TextFormatReader(NOTE, new PrintedTypes(null), allowUnknown);
  }

  private static Descriptor note() {
    DescriptorProto.Builder note = DescriptorProto.newBuilder().setName("Note");
    note.addReservedName("gone").addReservedName("lost");
    add(
        note,
        "s",
        1,
        FieldDescriptorProto.Type.TYPE_STRING,
        FieldDescriptorProto.Label.LABEL_OPTIONAL);
    add(
        note,
        "d",
        2,
        FieldDescriptorProto.Type.TYPE_DOUBLE,
        FieldDescriptorProto.Label.LABEL_OPTIONAL);
    add(
        note,
        "n",
        3,
        FieldDescriptorProto.Type.TYPE_INT32,
        FieldDescriptorProto.Label.LABEL_OPTIONAL);
    add(
        note,
        "by",
        4,
        FieldDescriptorProto.Type.TYPE_BYTES,
        FieldDescriptorProto.Label.LABEL_OPTIONAL);
    add(
        note,
        "more",
        5,
        FieldDescriptorProto.Type.TYPE_INT32,
        FieldDescriptorProto.Label.LABEL_REPEATED);
    add(
        note,
        "child",
        6,
        FieldDescriptorProto.Type.TYPE_MESSAGE,
        FieldDescriptorProto.Label.LABEL_OPTIONAL);
    add(
        note,
        "child2",
        7,
        FieldDescriptorProto.Type.TYPE_MESSAGE,
        FieldDescriptorProto.Label.LABEL_OPTIONAL);
    try {
      return FileDescriptor.buildFrom(
              FileDescriptorProto.newBuilder()
                  .setName("note.proto")
                  .setPackage("notes")
                  .setSyntax("proto3")
                  .addMessageType(note)
                  .build(),
              new FileDescriptor[0])
          .findMessageTypeByName("Note");
    } catch (DescriptorValidationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void add(
      DescriptorProto.Builder message,
      String name,
      int number,
      FieldDescriptorProto.Type type,
      FieldDescriptorProto.Label label) {
    FieldDescriptorProto.Builder field = message.addFieldBuilder();
    field.setName(name).setNumber(number).setType(type).setLabel(label);
    if (type == FieldDescriptorProto.Type.TYPE_MESSAGE) {
      field.setTypeName(".notes.Note");
    }
  }
}
