/**
 * The credentials for upstreams: tokens and certificates, which are read again before they expire
 * and when their files change.
 */
@NullMarked
package dev.grpcos.gateway.credential;

import org.jspecify.annotations.NullMarked;
