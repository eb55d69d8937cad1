package dev.grpcos.cli.connection;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Compares what two processes see of the file system. */
final class SharedView {
  private SharedView() {}

  /** Returns whether a path names the same file for another process as for this one. */
  static boolean with(long pid) {
    try {
      for (String view : new String[] {"ns/mnt", "root"}) {
        Path own = Files.readSymbolicLink(Path.of("/proc/self", view));
        if (!own.equals(Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), view)))) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      return false; // it has ended, or is in another pid namespace
    }
  }
}
