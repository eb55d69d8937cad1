package dev.grpcos.gateway.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.StatusException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgramTest {
  private static final Launch LAUNCH =
      new Launch(List.of("/bin/cat", "-u"), List.of("A=b"), Path.of("/"), null);

  /** An owner that records its events. */
  private static final class RecordingOwner implements Program.ProgramOwner {
    private final List<Object> seen = new ArrayList<>();
    private boolean wants = true;

    @Override
    public boolean wantsEvents() {
      return wants;
    }

    @Override
    public void event(Event event) {
      seen.add(event);
    }

    @Override
    public void inputSent() {
      seen.add("sent");
    }

    @Override
    public void lost(Throwable cause) {
      seen.add(cause.getClass());
    }
  }

  private final RecordingOwner owner = new RecordingOwner();
  private int ended;
  private final Program program;

  ProgramTest() throws StatusException {
    program = new Program(Frames.start(LAUNCH), owner, () -> ended++);
  }

  private static ByteBuf frame(char type, String payload) {
    byte[] bytes = payload.getBytes(StandardCharsets.ISO_8859_1);
    return Unpooled.buffer().writeByte(type).writeInt(bytes.length).writeBytes(bytes);
  }

  private static ByteBuf output(String text) {
    return frame('O', text);
  }

  private static ByteBuf exited() {
    return frame('X', "\0\0\7\0");
  }

  private static String texts(List<Object> events) {
    StringBuilder text = new StringBuilder();
    for (Object event : events) {
      text.append(
          event instanceof Event.Output printed
              ? printed.bytes().toStringUtf8()
              : event.toString());
    }
    return text.toString();
  }

  private static List<String> sent(EmbeddedChannel channel) {
    List<String> frames = new ArrayList<>();
    for (ByteBuf each = channel.readOutbound(); each != null; each = channel.readOutbound()) {
      frames.add((char) each.readByte() + " " + each.readInt());
      each.release();
    }
    return frames;
  }

  @Test
  void framesArriveInAnyPieces() {
    EmbeddedChannel channel = new EmbeddedChannel(program);
    ByteBuf all = Unpooled.wrappedBuffer(output("one"), output("two"), output(""), exited());
    while (all.isReadable()) {
      channel.writeInbound(all.readRetainedSlice(Math.min(3, all.readableBytes())));
    }
    assertThat(texts(owner.seen)).isEqualTo("onetwoOutputClosed[]Exited[status=1792]");
    assertThat(ended).isOne();
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void eventsWaitUntilTheOwnerWantsThem() {
    EmbeddedChannel channel = new EmbeddedChannel(program);
    owner.wants = false;
    channel.writeInbound(Unpooled.wrappedBuffer(output("one"), output("two")));
    assertThat(owner.seen).isEmpty();
    owner.wants = true;
    program.resume();
    assertThat(texts(owner.seen)).isEqualTo("onetwo");
  }

  @Test
  void eventsBeforeTheEndOfTheConnectionAreDeliveredAfterIt() {
    EmbeddedChannel channel = new EmbeddedChannel(program);
    owner.wants = false;
    channel.writeInbound(Unpooled.wrappedBuffer(output("one"), exited()));
    var unused = channel.close();
    assertThat(owner.seen).isEmpty();
    owner.wants = true;
    program.resume();
    assertThat(texts(owner.seen)).isEqualTo("oneExited[status=1792]");
    assertThat(ended).isOne();
  }

  @Test
  void connectionThatEndsWithoutALastEventIsLostOnce() {
    EmbeddedChannel channel = new EmbeddedChannel(program);
    channel.writeInbound(output("one").readRetainedSlice(7));
    var unused = channel.close();
    program.resume();
    assertThat(owner.seen).containsExactly(EOFException.class);
    assertThat(ended).isOne();
  }

  @Test
  void frameThatIsInvalidEndsTheConnection() {
    EmbeddedChannel channel = new EmbeddedChannel(program);
    channel.writeInbound(frame('?', ""));
    assertThat(channel.isOpen()).isFalse();
    assertThat(owner.seen).hasSize(1);
    assertThat(ended).isOne();
  }

  @Test
  void inputIsCutIntoBlocksAndWaitsForTheConnection() {
    program.write(new byte[150_000]);
    program.endInput();
    assertThat(program.inputPending()).isTrue();
    EmbeddedChannel channel = new EmbeddedChannel(program);
    assertThat(sent(channel)).containsExactly("S 38", "I 65536", "I 65536", "I 18928", "E 0");
    assertThat(owner.seen).containsExactly("sent");
    assertThat(program.inputPending()).isFalse();
  }

  @Test
  void inputFollowsInput() {
    EmbeddedChannel channel = new EmbeddedChannel(program);
    program.write(new byte[1]);
    program.write(new byte[2]);
    program.endInput();
    assertThat(sent(channel)).containsExactly("S 38", "I 1", "I 2", "E 0");
    assertThat(owner.seen).containsExactly("sent", "sent");
  }

  @Test
  void programIsNotStartedWithoutAConnection() {
    program.notConnected(new IOException("no such file"));
    assertThat(owner.seen).containsExactly(new Event.NotStarted("no such file"));
    assertThat(ended).isOne();
  }

  @Test
  void programThatIsEndedBeforeItIsConnectedIsNotStarted() {
    program.kill();
    EmbeddedChannel channel = new EmbeddedChannel(program);
    assertThat(sent(channel)).isEmpty();
    assertThat(channel.isOpen()).isFalse();
    assertThat(owner.seen).containsExactly(EOFException.class);
    assertThat(ended).isOne();
  }

  @Test
  void argumentsThatNoProgramCanGetAreRefused() {
    Launch zero = new Launch(List.of("/bin/cat", "a\0b"), List.of(), Path.of("/"), null);
    assertThatThrownBy(() -> Frames.start(zero))
        .hasMessage(
            "INTERNAL: /bin/cat cannot be started: an argument or a variable contains a zero byte");
    Launch large =
        new Launch(List.of("/bin/cat", "x".repeat(1 << 20)), List.of(), Path.of("/"), null);
    assertThatThrownBy(() -> Frames.start(large))
        .hasMessage(
            "INTERNAL: /bin/cat cannot be started: its arguments and environment exceed 1 MiB");
  }
}
