package dev.grpcos.cli.call;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.ExtensionRegistry;
import com.google.protobuf.TextFormat;
import com.google.protobuf.TypeRegistry;
import dev.grpcos.gateway.json.Types;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Requests in protobuf's text format, a record separator (U+001E) between one and the next.
 *
 * @see <a href="https://protobuf.dev/reference/protobuf/textformat-spec/">the format</a>
 */
final class TextRequests extends StreamRequests {
  private static final int SEPARATOR = 0x1E;

  /** What the text may name that only the schema knows: an extension, or the type in an Any. */
  private static final Pattern BRACKETED = Pattern.compile("\\[\\s*([\\w./-]+)\\s*]");

  private final Types types;
  private final boolean allowUnknownFields;
  private boolean ended;

  /**
   * Requests from a stream.
   *
   * @param types finds extensions, and what is in an Any
   * @param input what messages call the stream
   * @param maxBytes how long the text of one request may be
   */
  TextRequests(
      Descriptor type,
      Types types,
      boolean allowUnknownFields,
      InputStream in,
      String input,
      int maxBytes) {
    super(type, in, input, maxBytes);
    this.types = types;
    this.allowUnknownFields = allowUnknownFields;
  }

  /**
   * White space behind the last separator is no request; between two of them it is an empty one.
   */
  @Override
  public @Nullable DynamicMessage next() {
    if (ended) {
      return null;
    }
    number++;
    String text = text();
    return ended && text.isBlank() ? null : parse(text);
  }

  private String text() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      int b = in.read();
      for (; b >= 0 && b != SEPARATOR; b = in.read()) {
        if (bytes.size() == maxBytes) {
          throw bad("longer than %d bytes: raise --max-message-size to send it", maxBytes);
        }
        bytes.write(b);
      }
      ended = b < 0;
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())).toString();
    } catch (CharacterCodingException e) {
      throw bad("no UTF-8");
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private DynamicMessage parse(String text) {
    Set<Descriptor> inAny = new LinkedHashSet<>();
    List<String> extensions = new ArrayList<>();
    Matcher name = BRACKETED.matcher(text);
    while (name.find()) {
      String found = name.group(1);
      int slash = found.lastIndexOf('/');
      Descriptor content = slash < 0 ? null : types.message(found.substring(slash + 1));
      if (content != null) {
        inAny.add(content);
      } else if (slash < 0) {
        extensions.add(found);
      }
    }
    DynamicMessage.Builder request = DynamicMessage.newBuilder(type);
    try {
      TextFormat.Parser.newBuilder()
          .setAllowUnknownFields(allowUnknownFields)
          .setTypeRegistry(TypeRegistry.newBuilder().add(inAny).build())
          .build()
          .merge(text, registry(extensions, inAny), request);
    } catch (TextFormat.ParseException e) {
      // The parser's message begins with line and column.
      throw bad("no %s in text format, %s", type.getFullName(), e.getMessage());
    }
    if (!request.isInitialized()) {
      throw bad(
          "required, but not given: %s", String.join(", ", request.findInitializationErrors()));
    }
    return request.build();
  }

  /** The extensions that are named, of whichever types the request and its Anys can hold. */
  private ExtensionRegistry registry(List<String> names, Set<Descriptor> inAny) {
    if (names.isEmpty()) {
      return ExtensionRegistry.getEmptyRegistry();
    }
    ExtensionRegistry registry = ExtensionRegistry.newInstance();
    Set<Descriptor> extendable = new LinkedHashSet<>();
    reach(type, extendable);
    inAny.forEach(content -> reach(content, extendable));
    for (String name : names) {
      for (Descriptor containing : List.copyOf(extendable)) {
        FieldDescriptor extension =
            containing.isExtendable() ? types.extension(containing, name) : null;
        if (extension == null) {
          continue;
        }
        if (extension.getJavaType() == JavaType.MESSAGE) {
          registry.add(extension, DynamicMessage.getDefaultInstance(extension.getMessageType()));
          reach(extension.getMessageType(), extendable);
        } else {
          registry.add(extension);
        }
      }
    }
    return registry;
  }

  /** Adds the type and all that its fields can hold. */
  private static void reach(Descriptor type, Set<Descriptor> reached) {
    if (!reached.add(type)) {
      return;
    }
    for (FieldDescriptor field : type.getFields()) {
      if (field.getJavaType() == JavaType.MESSAGE) {
        reach(field.getMessageType(), reached);
      }
    }
  }
}
