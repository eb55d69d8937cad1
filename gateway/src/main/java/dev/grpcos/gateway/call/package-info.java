/** Handling that every call gets on any path: counting, limits, and the gateway's own answers. */
@NullMarked
package dev.grpcos.gateway.call;

import org.jspecify.annotations.NullMarked;
