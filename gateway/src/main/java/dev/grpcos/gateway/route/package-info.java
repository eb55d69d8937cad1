/** Where calls go: full service name to the handler that serves it. */
@NullMarked
package dev.grpcos.gateway.route;

import org.jspecify.annotations.NullMarked;
