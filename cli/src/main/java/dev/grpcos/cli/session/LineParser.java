package dev.grpcos.cli.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.grpcos.cli.call.MetadataObject;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.session.InputLines.InputLine;
import dev.grpcos.gateway.json.JsonException;
import dev.grpcos.gateway.json.JsonReader;
import dev.grpcos.gateway.json.JsonValue;
import dev.grpcos.gateway.json.JsonValue.JsonArray;
import dev.grpcos.gateway.json.JsonValue.JsonBoolean;
import dev.grpcos.gateway.json.JsonValue.JsonNumber;
import dev.grpcos.gateway.json.JsonValue.JsonObject;
import dev.grpcos.gateway.json.JsonValue.JsonString;
import dev.grpcos.gateway.json.JsonValue.Member;
import dev.grpcos.gateway.json.Nearest;
import dev.grpcos.gateway.json.Position;
import dev.grpcos.gateway.text.DurationText;
import io.grpc.Metadata;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Parses the lines of a session, and finds the methods that they name. Used by one thread. */
final class LineParser {
  private static final String INPUT = "standard input";

  private static final List<String> KEYS =
      List.of("id", "method", "request", "requests", "metadata", "deadline", "end", "cancel");

  /** Finds the id in a line that is not JSON, if the id is its first member. */
  private static final Pattern FIRST_ID =
      Pattern.compile(
          "\\s*\\{\\s*\"id\"\\s*:\\s*(\"(?:[^\"\\\\]|\\\\.)*\"|-?[0-9][0-9.eE+-]*|true|false|null)"
              + "\\s*(?:[,}]|$)");

  /** The part of a line that is searched for an id. */
  private static final int SEARCHED = 1024;

  /** A time far in the future, in seconds since 1970; a long holds its nanoseconds. */
  private static final double MAX_SECONDS = 9e9;

  private final SessionMethods methods;
  private final SessionSettings settings;

  LineParser(SessionMethods methods, SessionSettings settings) {
    this.methods = methods;
    this.settings = settings;
  }

  /** Returns what a line means; an error in it is part of the result. */
  SessionLine parse(InputLine line) {
    if (line.tooLong()) {
      return new SessionLine.Invalid(
          line.number(),
          foundId(line),
          false,
          new JsonException(
              new Position(INPUT, line.number(), 1),
              "longer than %d bytes; raise --max-message-size to send it"
                  .formatted(settings.maxLine())));
    }
    JsonObject object;
    try {
      JsonReader reader =
          JsonReader.from(
              line.number(),
              new ByteArrayInputStream(line.bytes()),
              INPUT,
              settings.maxLine(),
              " on each line");
      object = reader.next();
      JsonValue second = reader.nextValue();
      if (object == null || second != null) {
        throw new JsonException(
            second == null ? new Position(INPUT, line.number(), 1) : second.at(),
            "one JSON object is expected on each line; put the next one on a line of its own");
      }
    } catch (JsonException e) {
      return new SessionLine.Invalid(line.number(), foundId(line), false, e);
    }
    return parse(line.number(), object);
  }

  private SessionLine parse(long number, JsonObject object) {
    SessionId id = null;
    boolean begins = object.member("method") != null;
    try {
      Member given = object.member("id");
      if (given == null) {
        throw new JsonException(
            object.at(), "no id; give one, as in {\"id\":1,\"method\":\"Service/Method\"}");
      }
      id = SessionId.of(given.value());
      for (Member member : object.members()) {
        if (!KEYS.contains(member.key())) {
          throw new JsonException(
              member.at(),
              "no key \"" + member.key() + "\"" + Nearest.orAll(member.key(), KEYS, "there are"));
        }
      }
      Member method = object.member("method");
      return method == null
          ? continuation(number, id, object)
          : start(number, id, text(method), object);
    } catch (CliException | JsonException e) {
      return new SessionLine.Invalid(number, id, begins, e);
    }
  }

  private SessionLine start(long number, SessionId id, String name, JsonObject object) {
    Member cancel = object.member("cancel");
    if (cancel != null) {
      throw new JsonException(
          cancel.at(), "cancel and method exclude each other; put them on lines of their own");
    }
    SessionMethod method = methods.get(name);
    Metadata metadata = settings.metadata();
    Member given = object.member("metadata");
    if (given != null) {
      metadata = new Metadata();
      metadata.merge(settings.metadata());
      MetadataObject.replace(given.value(), metadata);
    }
    List<JsonValue> requests = requests(object);
    boolean all = object.member("requests") != null || isTrue(object, "end");
    if (method.takesOneRequest() && requests.size() > 1) {
      throw new JsonException(
          requests.get(1).at(), method.name() + " takes one request; give the first one alone");
    }
    return new SessionLine.Start(
        number,
        id,
        method,
        requests,
        all || method.takesOneRequest(),
        metadata,
        deadline(object, method),
        latest(object));
  }

  private SessionLine continuation(long number, SessionId id, JsonObject object) {
    for (String key : List.of("metadata", "deadline")) {
      Member member = object.member(key);
      if (member != null) {
        throw new JsonException(
            member.at(), key + " belongs to the line that begins the call; add it there");
      }
    }
    if (isTrue(object, "cancel")) {
      if (object.members().size() > 2) {
        throw new JsonException(object.at(), "cancel excludes other keys than id; leave them out");
      }
      return new SessionLine.Cancel(number, id);
    }
    if (object.members().size() == 1) {
      throw new JsonException(
          object.at(), "the line has only an id; add method, request, requests, end or cancel");
    }
    return new SessionLine.Continuation(
        number, id, requests(object), object.member("requests") != null || isTrue(object, "end"));
  }

  private static List<JsonValue> requests(JsonObject object) {
    Member one = object.member("request");
    Member all = object.member("requests");
    if (one != null && all != null) {
      throw new JsonException(
          all.at(), "request and requests exclude each other; leave one of them out");
    }
    if (one != null) {
      return List.of(one.value());
    }
    if (all == null) {
      return List.of();
    }
    if (all.value() instanceof JsonArray array) {
      return array.elements();
    }
    throw new JsonException(all.value().at(), "requests is not an array; give [{…},{…}]");
  }

  private static boolean isTrue(JsonObject object, String key) {
    Member member = object.member(key);
    if (member == null) {
      return false;
    }
    if (member.value() instanceof JsonBoolean given) {
      return given.value();
    }
    throw new JsonException(member.value().at(), key + " is not true or false; give true");
  }

  private static String text(Member member) {
    if (member.value() instanceof JsonString string) {
      return string.text();
    }
    throw new JsonException(
        member.value().at(), member.key() + " is not a string; give \"Service/Method\"");
  }

  /** Returns the longest time of a call; null if a time in the line ends it, or nothing does. */
  private @Nullable Duration deadline(JsonObject object, SessionMethod method) {
    Member member = object.member("deadline");
    if (member == null) {
      return settings.deadline(method.isStream());
    }
    JsonValue value = member.value();
    if (value instanceof JsonNumber
        || (value instanceof JsonString none && none.text().equals("none"))) {
      return null;
    }
    if (value instanceof JsonString string) {
      return DurationText.parse(string.text())
          .filter(time -> !time.isZero())
          .orElseThrow(() -> noDeadline(value));
    }
    throw noDeadline(value);
  }

  /** Returns the time at which a call ends; null for no such time. */
  private @Nullable Instant latest(JsonObject object) {
    Member member = object.member("deadline");
    if (member == null || !(member.value() instanceof JsonNumber number)) {
      return settings.latest();
    }
    // The time is bounded before the conversion, because an exponent can be large.
    double seconds = Math.max(0, Math.min(MAX_SECONDS, Double.parseDouble(number.text())));
    Instant given = Instant.ofEpochMilli((long) (seconds * 1000));
    Instant most = settings.latest();
    return most != null && most.isBefore(given) ? most : given;
  }

  private static JsonException noDeadline(JsonValue value) {
    return new JsonException(
        value.at(),
        "deadline is not a duration: "
            + DurationText.FORM
            + " in quotes, or \"none\", or the time in seconds since 1970 as a number");
  }

  /** Returns the id in a line that is not valid, or null. */
  private static @Nullable SessionId foundId(InputLine line) {
    Matcher matcher =
        FIRST_ID.matcher(
            new String(line.bytes(), 0, Math.min(SEARCHED, line.bytes().length), UTF_8));
    if (!matcher.lookingAt()) {
      return null;
    }
    try {
      return SessionId.of(
          JsonReader.single(
              new ByteArrayInputStream(matcher.group(1).getBytes(UTF_8)), INPUT, SEARCHED));
    } catch (JsonException e) {
      return null; // a number or an escape that is not JSON
    }
  }
}
