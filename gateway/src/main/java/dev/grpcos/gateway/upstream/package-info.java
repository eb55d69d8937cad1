/**
 * The servers behind the gateway: their connections, what they serve, whether they answer, and what
 * the gateway proves itself with.
 */
@NullMarked
package dev.grpcos.gateway.upstream;

import org.jspecify.annotations.NullMarked;
