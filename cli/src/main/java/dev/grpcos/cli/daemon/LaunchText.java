package dev.grpcos.cli.daemon;

import dev.grpcos.proto.admin.v1.Launch;

/** What a user can do with a gateway, by the way in which its process was started. */
public final class LaunchText {
  private LaunchText() {}

  /** Returns the place of the log, with the command that reads it if it is not a file. */
  public static String log(Launch launch) {
    if (!launch.getLogFile().isEmpty()) {
      return launch.getLogFile();
    }
    if (launch.getJournal()) {
      return "the journal; read it with: journalctl "
          + (launch.getUnit().isEmpty() ? "-t grpcos-jvm" : unit(launch, "--user-unit=", "-u "));
    }
    return launch.getStderr().isEmpty() ? "standard error" : launch.getStderr();
  }

  /** Returns the command that restarts the gateway, which the user did not start in background. */
  public static String restart(Launch launch) {
    return launch.getUnit().isEmpty()
        ? "end it with 'grpcos gateway stop', and run it again as before"
        : "restart it with: systemctl " + unit(launch, "--user restart ", "restart ");
  }

  private static String unit(Launch launch, String user, String system) {
    return (launch.getUserUnit() ? user : system) + launch.getUnit();
  }
}
