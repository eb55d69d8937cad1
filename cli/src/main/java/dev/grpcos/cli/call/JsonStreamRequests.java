package dev.grpcos.cli.call;

import com.google.protobuf.DynamicMessage;
import dev.grpcos.gateway.json.JsonReader;
import dev.grpcos.gateway.json.RequestReader;
import org.jspecify.annotations.Nullable;

/** Requests in JSON. */
final class JsonStreamRequests implements Requests {
  private final JsonReader json;
  private final RequestReader reader;
  private final MeteredInput input;
  private long line;
  private boolean firstOfLine;

  JsonStreamRequests(JsonReader json, RequestReader reader, MeteredInput input) {
    this.json = json;
    this.reader = reader;
    this.input = input;
  }

  @Override
  public @Nullable DynamicMessage next() {
    long previous = line;
    DynamicMessage request = reader.next(json);
    input.release();
    line = json.line();
    firstOfLine = line != previous;
    return request;
  }

  @Override
  public String place() {
    return "input line " + line + (firstOfLine ? "" : ", column " + json.column());
  }

  @Override
  public double share() {
    return input.share();
  }
}
