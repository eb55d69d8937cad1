package dev.grpcos.gateway.peer;

/**
 * A user as the system's databases know it.
 *
 * @param name its name, or its number where it has none
 * @param uid its number
 * @param gid its primary group
 */
public record Account(String name, int uid, int gid) {}
