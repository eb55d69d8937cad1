package dev.grpcos.gateway.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.grpcos.proto.helloworld.HelloRequest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgramOutputTest {
  private static final int MESSAGE = 1024;

  private final OutputMemory memory = new OutputMemory(1 << 20);
  private final MethodText text =
      new MethodText(
          HelloRequest.getDescriptor()
              .getFile()
              .findServiceByName("Greeter")
              .findMethodByName("SayHello"),
          new DetailTypes(),
          MESSAGE);
  private final List<String> texts = new ArrayList<>();

  private ProgramOutput lines() {
    return new ProgramOutput("p", true, text, memory);
  }

  private ProgramOutput whole() {
    return new ProgramOutput("p", false, text, memory);
  }

  /** Adds this output and takes all texts. */
  private void add(ProgramOutput output, String printed) throws BadOutputException {
    output.add(ByteString.copyFromUtf8(printed));
    drain(output);
  }

  private void end(ProgramOutput output) throws BadOutputException {
    output.end();
    drain(output);
  }

  private void drain(ProgramOutput output) throws BadOutputException {
    for (ByteString next = output.next(); next != null; next = output.next()) {
      texts.add(next.toStringUtf8());
      memory.release(next.size());
    }
    assertThat(output.isExhausted()).isTrue();
  }

  @Test
  void eachLineIsAText() throws Exception {
    ProgramOutput output = lines();
    add(output, "one\n\ntw");
    assertThat(texts).containsExactly("one", "");
    add(output, "o\nthree");
    add(output, "");
    add(output, " and more");
    assertThat(texts).containsExactly("one", "", "two");
    end(output);
    assertThat(texts).containsExactly("one", "", "two", "three and more");
    assertThat(memory.used()).isZero();
  }

  @Test
  void noTextFollowsTheLastLineFeed() throws Exception {
    ProgramOutput output = lines();
    add(output, "one\n");
    end(output);
    assertThat(texts).containsExactly("one");
    assertThat(memory.used()).isZero();
  }

  @Test
  void completeOutputIsOneTextEvenIfEmpty() throws Exception {
    ProgramOutput output = whole();
    add(output, "one\n");
    add(output, "two\n");
    assertThat(texts).isEmpty();
    end(output);
    end(whole());
    assertThat(texts).containsExactly("one\ntwo\n", "");
    assertThat(memory.used()).isZero();
  }

  @Test
  void textAboveTheLimitIsRefusedInAnyPieces() throws Exception {
    String most = "x".repeat(text.mostText());
    for (ProgramOutput output : List.of(lines(), whole())) {
      add(output, most.substring(1));
      add(output, "x");
      assertThatThrownBy(() -> add(output, "x"))
          .isInstanceOf(BadOutputException.class)
          .hasMessageContaining("limits.message is 1024 bytes");
      output.discard();
    }
    assertThatThrownBy(() -> add(lines(), most + "x\n")).isInstanceOf(BadOutputException.class);
    add(lines(), most + "\n");
    assertThat(texts).containsExactly(most);
  }

  @Test
  void outputAboveTheMemoryIsRefusedAndReleased() throws Exception {
    ProgramOutput first = whole();
    first.add(ByteString.copyFrom(new byte[1000]));
    ProgramOutput second = new ProgramOutput("p", true, text, memory);
    assertThatThrownBy(() -> second.add(ByteString.copyFrom(new byte[1 << 20])))
        .isInstanceOfSatisfying(
            BadOutputException.class,
            e ->
                assertThat(e.status("p").toString())
                    .contains(
                        "RESOURCE_EXHAUSTED", "p printed more than the gateway has memory for"));
    assertThat(memory.used()).isEqualTo(1000);
    first.discard();
    second.discard();
    assertThat(memory.used()).isZero();
  }
}
