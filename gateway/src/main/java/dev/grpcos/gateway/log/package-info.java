/** Helpers for what the gateway logs. */
@NullMarked
package dev.grpcos.gateway.log;

import org.jspecify.annotations.NullMarked;
