package dev.grpcos.cli.inprocess;

/** The two routes of a command's calls. */
enum CallRoute {
  /** The command's own connections, as in a separate process. */
  SOCKET,
  /** The gateway's connections, as in its resident. */
  RESIDENT;

  /** Makes the command's calls use this route. */
  InProcessCommand on(InProcessCommand command) {
    return this == RESIDENT ? command.inResident() : command;
  }
}
