package dev.grpcos.cli.connection;

import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.unix.FileDescriptor;

/**
 * Detects that the reader of a pipe is gone, which the kernel reports as an error of the writing
 * end.
 */
final class ReaderWatch implements EpollIoHandle {
  private final FileDescriptor descriptor;
  private final Runnable whenGone;

  ReaderWatch(int descriptor, Runnable whenGone) {
    this.descriptor = new FileDescriptor(descriptor);
    this.whenGone = whenGone;
  }

  @Override
  public FileDescriptor fd() {
    return descriptor;
  }

  @Override
  public void handle(IoRegistration registration, IoEvent event) {
    registration.cancel();
    whenGone.run();
  }

  /** Does nothing, because the descriptor belongs to the process. */
  @Override
  public void close() {}
}
