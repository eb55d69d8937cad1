package dev.grpcos.gateway.schema;

import com.google.protobuf.InvalidProtocolBufferException;

/** Reports a descriptor file that is not valid, at the first use of its declarations. */
public final class BrokenFileException extends RuntimeException {
  private static final long serialVersionUID = 1;

  BrokenFileException(String file, InvalidProtocolBufferException cause) {
    super("the schema's file " + file + " is broken: " + cause.getMessage(), cause);
  }
}
