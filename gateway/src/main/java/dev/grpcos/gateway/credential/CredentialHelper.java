package dev.grpcos.gateway.credential;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.grpcos.gateway.config.CredentialScheme.HelperScheme;
import dev.grpcos.gateway.forward.AddedHeaders;
import dev.grpcos.gateway.text.HeaderText;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A program that prints headers for a URI, by the protocol of credential helpers.
 *
 * @see <a href="https://github.com/EngFlow/credential-helper-spec/blob/main/spec.md">Credential
 *     Helpers Specification</a>
 */
final class CredentialHelper implements HeaderSource {
  private static final Duration LONGEST_RETRY = Duration.ofSeconds(30);

  private final HelperScheme scheme;
  private final ProgramRun run;
  private final String name;

  CredentialHelper(HelperScheme scheme, Duration timeout) {
    this.scheme = scheme;
    this.name = "credential helper " + scheme.command().get(0);
    List<String> line = new ArrayList<>(scheme.command());
    line.add("get");
    this.run = new ProgramRun(line, name, timeout);
  }

  @Override
  public IssuedHeaders read(@Nullable IssuedHeaders last) throws IOException, InterruptedException {
    JsonObject request = new JsonObject();
    request.addProperty("uri", scheme.uri());
    byte[] output = run.output(request.toString().getBytes(UTF_8));
    if (output.length > SecretText.MOST_BYTES) {
      throw invalid("it is larger than " + (SecretText.MOST_BYTES >> 10) + " KiB");
    }
    try {
      JsonElement response = JsonParser.parseString(new String(output, UTF_8));
      if (!response.isJsonObject()) {
        throw invalid("it is not a JSON object");
      }
      return new IssuedHeaders(
          headers(response.getAsJsonObject().get("headers")),
          expires(response.getAsJsonObject().get("expires")));
    } catch (JsonParseException e) {
      // The cause would quote the output, which may contain secrets.
      throw invalid("it is not JSON");
    }
  }

  private AddedHeaders headers(@Nullable JsonElement element) throws IOException {
    if (element == null) {
      return AddedHeaders.NONE;
    }
    if (!element.isJsonObject()) {
      throw invalid("its headers are not a JSON object");
    }
    Map<String, List<String>> headers = new LinkedHashMap<>();
    for (Map.Entry<String, JsonElement> entry : element.getAsJsonObject().entrySet()) {
      String header = entry.getKey().toLowerCase(Locale.ROOT);
      Optional<String> problem = HeaderText.problem(header);
      if (problem.isPresent()) {
        throw invalid("its header '" + header + "' " + problem.get());
      }
      List<String> values = headers.computeIfAbsent(header, unused -> new ArrayList<>());
      for (JsonElement value : array(header, entry.getValue())) {
        values.add(value(header, value));
      }
    }
    return AddedHeaders.of(headers);
  }

  private JsonArray array(String header, JsonElement element) throws IOException {
    if (!element.isJsonArray()) {
      throw invalid("its header '" + header + "' is not a JSON array of values");
    }
    return element.getAsJsonArray();
  }

  private String value(String header, JsonElement element) throws IOException {
    boolean text = element.isJsonPrimitive() && element.getAsJsonPrimitive().isString();
    if (!text || !HeaderText.isValue(element.getAsString())) {
      throw invalid(
          "its header '" + header + "' has a value that is not a text of printable ASCII");
    }
    return element.getAsString();
  }

  private @Nullable Instant expires(@Nullable JsonElement element) throws IOException {
    if (element == null || element.isJsonNull()) {
      return null;
    }
    try {
      String time = element.isJsonPrimitive() ? element.getAsString() : element.toString();
      return OffsetDateTime.parse(time).toInstant();
    } catch (DateTimeParseException e) {
      throw new IOException(
          name + " printed invalid output: its expires is not a time as in RFC 3339", e);
    }
  }

  private IOException invalid(String problem) {
    return new IOException(name + " printed invalid output: " + problem);
  }

  @Override
  public Duration readAgain(IssuedHeaders issued, Instant now) {
    return issued.expires() == null ? scheme.refresh() : RenewalTime.until(issued.expires(), now);
  }

  @Override
  public boolean isSlow() {
    return true;
  }

  @Override
  public Duration longestRetry() {
    return LONGEST_RETRY;
  }
}
