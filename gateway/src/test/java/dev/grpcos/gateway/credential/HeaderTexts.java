package dev.grpcos.gateway.credential;

import dev.grpcos.gateway.forward.AddedHeaders;
import dev.grpcos.gateway.forward.Destination.Authorization;
import io.grpc.Metadata;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Shows credentials as the headers of a call. */
final class HeaderTexts {
  private HeaderTexts() {}

  /** Returns the headers of a call as {@code name: value}, or the failure. */
  static List<String> of(Consumer<Consumer<Authorization>> credentials) throws Exception {
    CompletableFuture<Authorization> call = new CompletableFuture<>();
    credentials.accept(call::complete);
    Authorization authorization = call.get(60, TimeUnit.SECONDS);
    return authorization.headers() == null
        ? List.of(String.valueOf(authorization.failure().getDescription()))
        : of(authorization.headers());
  }

  static List<String> of(@Nullable AddedHeaders headers) {
    Metadata metadata = new Metadata();
    if (headers != null) {
      headers.setIn(metadata);
    }
    List<String> texts = new ArrayList<>();
    for (String name : metadata.keys()) {
      Iterable<String> values =
          metadata.getAll(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
      if (values != null) {
        values.forEach(value -> texts.add(name + ": " + value));
      }
    }
    texts.sort(null);
    return texts;
  }
}
