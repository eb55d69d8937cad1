package dev.grpcos.cli.tap;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.schema.Schema;
import dev.grpcos.gateway.json.JsonText;
import dev.grpcos.gateway.schema.LinkedFile;
import dev.grpcos.proto.admin.v1.CallStep;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes each call to a file when it has ended, and before it the schema of its service, in the
 * format of {@code grpcos-recording(5)}. Used by one thread.
 */
public final class RecordingFile implements TapOutput, AutoCloseable {
  /** The number of services whose schema is looked up, because callers may invent names. */
  static final int MOST_SERVICES = 10_000;

  private final String name;
  private final OutputStream file;
  private final Schema schema;
  private final StatusFilter statuses;
  private final Map<Long, CallReport> open = new HashMap<>();
  private final Set<String> services = new HashSet<>();
  private final Set<String> files = new HashSet<>();
  private long written;
  private long incomplete;

  /**
   * Creates a recording.
   *
   * @param name the file's name in messages
   * @param schema the schema of the gateway
   */
  public RecordingFile(String name, OutputStream file, Schema schema, StatusFilter statuses) {
    this.name = name;
    this.file = new BufferedOutputStream(file);
    this.schema = schema;
    this.statuses = statuses;
  }

  @Override
  public long add(CallStep step) {
    if (step.hasBegan()) {
      open.put(step.getCall(), new CallReport(step.getBegan()));
      return written;
    }
    CallReport call = open.get(step.getCall());
    if (call != null) {
      call.add(step);
      if (step.hasEnded()) {
        open.remove(step.getCall());
        if (statuses.selects(step.getEnded().getCode())) {
          write(call);
        }
      }
    }
    return written;
  }

  private void write(CallReport call) {
    String service = call.method().substring(0, Math.max(0, call.method().indexOf('/')));
    if (services.size() < MOST_SERVICES && services.add(service)) {
      describe(service);
    }
    JsonText text = new JsonText();
    call.write(text);
    line(text);
    written++;
    incomplete += call.isIncomplete() ? 1 : 0;
  }

  private void describe(String service) {
    ServiceDescriptor known = schema.service(service);
    FileDescriptorSet.Builder set = FileDescriptorSet.newBuilder();
    if (known != null) {
      for (LinkedFile linked : schema.files(List.of(known.getFile()))) {
        FileDescriptorProto source = linked.source();
        if (files.add(source.getName())) {
          set.addFile(source);
        }
      }
    }
    if (set.getFileCount() > 0) {
      JsonText text = new JsonText();
      text.put("{\"schema\":\"");
      text.put(Base64.getEncoder().encode(set.build().toByteArray()));
      text.put("\"}");
      line(text);
    }
  }

  private void line(JsonText text) {
    text.put('\n');
    try {
      file.write(text.array(), 0, text.length());
      file.flush();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private CliException failed(IOException e) {
    return CliException.failure(e, "%s: cannot be written: %s", name, e.getMessage());
  }

  /** Returns the number of written calls without some of their messages. */
  public long incomplete() {
    return incomplete;
  }

  /** Returns the number of calls that have not ended. */
  public int unfinished() {
    return open.size();
  }

  /** Notes the number of calls that are missing or incomplete. */
  public void lose(long calls) {
    JsonText text = new JsonText();
    text.put(("{\"lost\":" + calls + "}").getBytes(UTF_8));
    line(text);
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw failed(e);
    }
  }
}
