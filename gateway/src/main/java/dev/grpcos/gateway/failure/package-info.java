/** How a gateway fails to start, and how it ends. */
@NullMarked
package dev.grpcos.gateway.failure;

import org.jspecify.annotations.NullMarked;
