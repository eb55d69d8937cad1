/**
 * What every call passes, whichever way it came: counting, limits, and the answers that the gateway
 * itself gives.
 */
@NullMarked
package dev.grpcos.gateway.call;

import org.jspecify.annotations.NullMarked;
