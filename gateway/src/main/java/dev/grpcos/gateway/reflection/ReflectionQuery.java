package dev.grpcos.gateway.reflection;

import io.grpc.reflection.v1.ExtensionRequest;
import io.grpc.reflection.v1.ServerReflectionRequest;

/** What a server's reflection can be asked for. */
public sealed interface ReflectionQuery {
  /** The request that asks for it. */
  ServerReflectionRequest request();

  /** What it asks for, in messages. */
  String subject();

  /** The names of all services. */
  record Services() implements ReflectionQuery {
    @Override
    public ServerReflectionRequest request() {
      return ServerReflectionRequest.newBuilder().setListServices("*").build();
    }

    @Override
    public String subject() {
      return "the list of services";
    }
  }

  /** The file that declares a symbol. */
  record Symbol(String name) implements ReflectionQuery {
    @Override
    public ServerReflectionRequest request() {
      return ServerReflectionRequest.newBuilder().setFileContainingSymbol(name).build();
    }

    @Override
    public String subject() {
      return name;
    }
  }

  /** The file of a name. */
  record File(String name) implements ReflectionQuery {
    @Override
    public ServerReflectionRequest request() {
      return ServerReflectionRequest.newBuilder().setFileByFilename(name).build();
    }

    @Override
    public String subject() {
      return name;
    }
  }

  /** The file that declares an extension. */
  record Extension(String message, int number) implements ReflectionQuery {
    @Override
    public ServerReflectionRequest request() {
      return ServerReflectionRequest.newBuilder()
          .setFileContainingExtension(
              ExtensionRequest.newBuilder().setContainingType(message).setExtensionNumber(number))
          .build();
    }

    @Override
    public String subject() {
      return "extension " + number + " of " + message;
    }
  }

  /** The numbers of all extensions of a message. */
  record ExtensionNumbers(String message) implements ReflectionQuery {
    @Override
    public ServerReflectionRequest request() {
      return ServerReflectionRequest.newBuilder().setAllExtensionNumbersOfType(message).build();
    }

    @Override
    public String subject() {
      return "extensions of " + message;
    }
  }
}
