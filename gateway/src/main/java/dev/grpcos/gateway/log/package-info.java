/** Log helpers. */
@NullMarked
package dev.grpcos.gateway.log;

import org.jspecify.annotations.NullMarked;
