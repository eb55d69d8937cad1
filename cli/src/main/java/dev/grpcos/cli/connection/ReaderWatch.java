package dev.grpcos.cli.connection;

import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.unix.FileDescriptor;

/** Is told, as an error of the writing end, when the reader of a pipe is gone. */
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

  /** The descriptor is the process's. */
  @Override
  public void close() {}
}
