/**
 * The credentials for upstreams: tokens and certificates, which are read again before or when they
 * change.
 */
@NullMarked
package dev.grpcos.gateway.credential;

import org.jspecify.annotations.NullMarked;
