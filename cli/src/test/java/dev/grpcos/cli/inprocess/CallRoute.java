package dev.grpcos.cli.inprocess;

/** The two ways that a command's calls can take. */
enum CallRoute {
  /** Connections of its own, as in a process of its own. */
  SOCKET,
  /** The connections that the gateway lends, as in its resident. */
  RESIDENT;

  /** Makes the command's calls go this way. */
  InProcessCommand on(InProcessCommand command) {
    return this == RESIDENT ? command.inResident() : command;
  }
}
