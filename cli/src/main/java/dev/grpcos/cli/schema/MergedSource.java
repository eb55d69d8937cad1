package dev.grpcos.cli.schema;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import dev.grpcos.cli.failure.CallFailedException;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Several sources as one: the first that knows the answer gives it. */
record MergedSource(List<DescriptorSource> sources) implements DescriptorSource {
  /** A server without reflection adds nothing to what files have. */
  @Override
  public List<String> services() {
    List<String> services = new ArrayList<>();
    for (DescriptorSource source : sources) {
      try {
        services.addAll(source.services());
      } catch (CallFailedException e) {
        if (services.isEmpty() || e.status().getCode() != Status.Code.UNIMPLEMENTED) {
          throw e;
        }
      }
    }
    return services;
  }

  @Override
  public List<FileDescriptorProto> fileContaining(String symbol) {
    return first(source -> source.fileContaining(symbol));
  }

  @Override
  public List<FileDescriptorProto> file(String name) {
    return first(source -> source.file(name));
  }

  @Override
  public Map<String, List<FileDescriptorProto>> all(Subject subject, Collection<String> names) {
    Map<String, List<FileDescriptorProto>> answers = new LinkedHashMap<>();
    Collection<String> rest = names;
    for (DescriptorSource source : sources) {
      Map<String, List<FileDescriptorProto>> some =
          rest.isEmpty() ? Map.of() : source.all(subject, rest);
      answers.putAll(some);
      rest =
          some.entrySet().stream()
              .filter(answer -> answer.getValue().isEmpty())
              .map(Map.Entry::getKey)
              .toList();
    }
    return answers;
  }

  @Override
  public List<FileDescriptorProto> fileContainingExtension(String message, int number) {
    return first(source -> source.fileContainingExtension(message, number));
  }

  @Override
  public List<Integer> extensionNumbers(String message) {
    return sources.stream()
        .flatMap(source -> source.extensionNumbers(message).stream())
        .distinct()
        .toList();
  }

  @Override
  public Collection<FileDescriptorProto> given() {
    return sources.stream().flatMap(source -> source.given().stream()).toList();
  }

  private List<FileDescriptorProto> first(
      Function<DescriptorSource, List<FileDescriptorProto>> question) {
    for (DescriptorSource source : sources) {
      List<FileDescriptorProto> answer = question.apply(source);
      if (!answer.isEmpty()) {
        return answer;
      }
    }
    return List.of();
  }
}
