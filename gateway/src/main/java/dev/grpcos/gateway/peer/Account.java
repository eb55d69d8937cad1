package dev.grpcos.gateway.peer;

/**
 * A user in the system's databases.
 *
 * @param name the user's name, or the number of a user without a name
 * @param uid the user's number
 * @param gid the number of the user's primary group
 */
public record Account(String name, int uid, int gid) {}
