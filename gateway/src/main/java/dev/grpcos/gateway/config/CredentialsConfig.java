package dev.grpcos.gateway.config;

/**
 * The gateway's credentials for an upstream.
 *
 * @param bearer the token of {@code authorization: Bearer TOKEN}
 */
public record CredentialsConfig(SecretSource bearer) {}
