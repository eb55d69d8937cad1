/** Checks that other users cannot change what the gateway executes or obeys. */
@NullMarked
package dev.grpcos.gateway.trust;

import org.jspecify.annotations.NullMarked;
