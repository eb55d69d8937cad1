package dev.grpcos.gateway.reflection;

import io.grpc.reflection.v1.ExtensionRequest;
import io.grpc.reflection.v1.ServerReflectionRequest;

/** A query to a server's reflection service. */
public sealed interface ReflectionQuery {
  /** Returns the request for the query. */
  ServerReflectionRequest request();

  /** Returns the subject of the query, for messages. */
  String subject();

  /** Queries the names of all services. */
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

  /** Queries the file that declares a symbol. */
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

  /** Queries the file with a name. */
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

  /** Queries the file that declares an extension. */
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

  /** Queries the numbers of all extensions of a message. */
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
