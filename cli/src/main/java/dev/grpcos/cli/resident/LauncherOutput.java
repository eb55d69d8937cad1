package dev.grpcos.cli.resident;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;

/** Standard output or standard error of the launcher; a flush sends the written bytes. */
final class LauncherOutput extends OutputStream {
  private final Outbox outbox;
  private final int id;

  LauncherOutput(Outbox outbox, int id) {
    this.outbox = outbox;
    this.id = id;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int count) throws IOException {
    Objects.checkFromIndexSize(offset, count, bytes.length);
    outbox.write(id, bytes, offset, count);
  }

  @Override
  public void flush() {
    outbox.flush();
  }
}
