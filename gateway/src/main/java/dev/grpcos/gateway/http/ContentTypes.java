package dev.grpcos.gateway.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Locale;

/** The content types of requests and responses. */
final class ContentTypes {
  static final String JSON = "application/json";
  static final String PROTO = "application/proto";
  static final String CONNECT_JSON = "application/connect+json";
  static final String CONNECT_PROTO = "application/connect+proto";
  static final String NDJSON = "application/x-ndjson";
  static final String EVENTS = "text/event-stream";

  /** The content type of curl for data without another one. The data is read as JSON. */
  static final String FORM = "application/x-www-form-urlencoded";

  private ContentTypes() {}

  /** Returns the content type of a request without parameters; JSON if it has none. */
  static String of(HttpHeaders headers) {
    String type = headers.get(HttpHeaderNames.CONTENT_TYPE);
    if (type == null) {
      return JSON;
    }
    int end = type.indexOf(';');
    return (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(Locale.ROOT);
  }

  /** Returns whether a body of this type is read as JSON. */
  static boolean isJson(String type) {
    return type.equals(JSON) || type.equals(FORM) || type.equals(NDJSON);
  }

  /** Returns whether the client asks for this type by name. */
  static boolean accepts(HttpHeaders headers, String type) {
    for (String accepted : headers.getAll(HttpHeaderNames.ACCEPT)) {
      for (String each : accepted.split(",", -1)) {
        int end = each.indexOf(';');
        if ((end < 0 ? each : each.substring(0, end)).strip().equalsIgnoreCase(type)) {
          return true;
        }
      }
    }
    return false;
  }
}
