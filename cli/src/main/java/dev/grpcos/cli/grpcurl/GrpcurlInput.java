package dev.grpcos.cli.grpcurl;

import java.io.IOException;
import java.io.InputStream;

/**
 * The data of requests. On request, the data ends at the first read that could wait, so that a call
 * does not wait for the end of a pipe. Used by one thread.
 */
final class GrpcurlInput extends InputStream {
  private final InputStream source;
  private final boolean neverWaits;
  private boolean patient = true;

  /**
   * Creates the input.
   *
   * @param neverWaits whether reads never wait for a producer, as those of a file
   */
  GrpcurlInput(InputStream source, boolean neverWaits) {
    this.source = source;
    this.neverWaits = neverWaits;
  }

  /** Ends the data at the next read that could wait. */
  void endBeforeWait() {
    patient = neverWaits;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int from, int length) throws IOException {
    return patient || source.available() > 0 ? source.read(bytes, from, length) : -1;
  }
}
