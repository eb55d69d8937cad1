package dev.grpcos.cli.resident;

/**
 * The frames between launcher and resident: a type, the payload's length in four bytes, big endian,
 * and the payload.
 *
 * <p>The comment at the top of {@code grpcos.c} describes the payloads, the answers, and the parts
 * that stay the same in every version; both files use the same numbers.
 */
final class Protocol {
  static final int VERSION = 3;

  /** The number of bytes before the payload. */
  static final int HEADER = 5;

  /** The maximum number of bytes in one read and in one WRITE frame. */
  static final int BLOCK = 64 * 1024;

  /**
   * The maximum number of bytes in WRITE frames that the launcher has not yet confirmed by WRITTEN.
   */
  static final int WINDOW = 256 * 1024;

  /** The maximum length of HELLO: two MiB of arguments and the other fields. */
  static final int MAX_HELLO = 2304 * 1024;

  /** The maximum payload of the launcher's other frames: the value of a variable, 128 KiB. */
  static final int MAX_PAYLOAD = 160 * 1024;

  /** The maximum number of bytes of standard input in HELLO. */
  static final int MAX_PEEK = 16 * 1024;

  /** The maximum length of a path that the launcher can open. */
  static final int MAX_PATH = 4095;

  static final int STDIN = 0;
  static final int STDOUT = 1;
  static final int STDERR = 2;
  static final int FIRST_FILE = 3;

  // launcher to resident
  static final byte HELLO = 'H';
  static final byte DATA = 'D';
  static final byte LAST = 'L';
  static final byte OPENED = 'O';
  static final byte FAILED = 'F';
  static final byte VALUE = 'V';
  static final byte WRITTEN = 'N';
  static final byte SIGNAL = 'S';

  // resident to launcher
  static final byte ACCEPTED = 'A';
  static final byte COLD = 'C';
  static final byte DENIED = 'd';
  static final byte WRITE = 'w';
  static final byte READ = 'r';
  static final byte TAKE = 't';
  static final byte OPEN = 'o';
  static final byte CREATE = 'k';
  static final byte CLOSE = 'c';
  static final byte GETENV = 'g';
  static final byte INTERRUPT = 'i';
  static final byte EXIT = 'x';

  private Protocol() {}

  /** Invalid data from a launcher; its connection is closed. */
  static final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1;

    Violation(String message) {
      super(message, null, false, false);
    }
  }
}
