/** Routes of calls, from full service names to handlers. */
@NullMarked
package dev.grpcos.gateway.route;

import org.jspecify.annotations.NullMarked;
