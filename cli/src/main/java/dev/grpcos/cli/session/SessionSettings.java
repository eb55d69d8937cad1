package dev.grpcos.cli.session;

import dev.grpcos.gateway.json.JsonStyle;
import dev.grpcos.gateway.limit.MessageAccount;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a session.
 *
 * @param metadata the metadata of each call; a line can replace its values; never changed
 * @param unaryDeadline the deadline of a call with one request and one response; null for none
 * @param streamDeadline the deadline of other calls; null for none
 * @param latest the time at which every call ends; null for none
 * @param concurrency the maximum number of calls in flight with one request and one response, and
 *     the maximum number of other calls
 * @param keepGoing whether the session continues after a failed call or an invalid line
 * @param okCodes the codes that do not count as failures
 * @param memory is charged with large responses until they are printed
 * @param style the form of responses
 * @param allowUnknownFields whether requests may have fields that the schema does not contain
 * @param maxLine the maximum length of a line, in bytes
 * @param maxMessage the maximum size of a request in the wire format, in bytes
 */
public record SessionSettings(
    Metadata metadata,
    @Nullable Duration unaryDeadline,
    @Nullable Duration streamDeadline,
    @Nullable Instant latest,
    int concurrency,
    boolean keepGoing,
    Set<Status.Code> okCodes,
    MessageAccount memory,
    JsonStyle style,
    boolean allowUnknownFields,
    int maxLine,
    int maxMessage) {
  public SessionSettings {
    okCodes = Set.copyOf(okCodes);
  }

  @Nullable Duration deadline(boolean stream) {
    return stream ? streamDeadline : unaryDeadline;
  }
}
