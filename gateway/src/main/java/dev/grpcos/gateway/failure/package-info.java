/** The errors of a gateway, and the reason why it ended. */
@NullMarked
package dev.grpcos.gateway.failure;

import org.jspecify.annotations.NullMarked;
