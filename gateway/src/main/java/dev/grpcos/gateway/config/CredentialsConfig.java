package dev.grpcos.gateway.config;

/**
 * What the gateway proves itself with to an upstream.
 *
 * @param bearer the token of {@code authorization: Bearer TOKEN}
 */
public record CredentialsConfig(SecretSource bearer) {}
