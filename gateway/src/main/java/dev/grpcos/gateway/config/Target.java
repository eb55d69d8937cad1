package dev.grpcos.gateway.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The address of an upstream. */
final class Target {
  private static final Pattern HOST_PORT =
      Pattern.compile("(dns:///)?([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.%]+]):(\\d{1,5})");
  private static final String UNIX = "unix:";
  private static final String ABSTRACT = "unix-abstract:";

  /** As much as {@code sun_path} holds with its end. */
  private static final int SUN_PATH = 107;

  private Target() {}

  static boolean isUnix(String target) {
    return target.startsWith(UNIX) || target.startsWith(ABSTRACT);
  }

  /** The address with its path made absolute; what is wrong with it is said of its place. */
  static String check(String target, Place place, Surroundings surroundings) {
    if (target.isEmpty()) {
      return target; // said to be missing
    }
    if (target.startsWith(UNIX)) {
      String path = target.substring(UNIX.length()).replaceFirst("^//(?=/)", "");
      String absolute = surroundings.resolve(path, place).toString();
      return UNIX + checkLength(absolute, target, place);
    }
    if (target.startsWith(ABSTRACT)) {
      return ABSTRACT + checkLength(target.substring(ABSTRACT.length()), target, place);
    }
    Matcher matcher = HOST_PORT.matcher(target);
    if (!matcher.matches()) {
      place.problem(
          "is '%s', no target; give HOST:PORT, dns:///HOST:PORT, unix:PATH or unix-abstract:NAME",
          target);
    } else {
      int port = Integer.parseInt(matcher.group(3));
      if (port < 1 || port > 65535) {
        place.problem("is '%s', with a port out of bounds; give one from 1 to 65535", target);
      }
    }
    return target;
  }

  private static String checkLength(String name, String target, Place place) {
    int bytes = name.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
    if (bytes == 0 || bytes > SUN_PATH) {
      place.problem(
          "is '%s', whose socket has %d bytes; a Unix socket takes 1 to %d",
          target, bytes, SUN_PATH);
    }
    return name;
  }
}
