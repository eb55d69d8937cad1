/**
 * Server reflection, v1 and v1alpha: the service over the descriptors of all routes, and the client
 * for commands and upstreams.
 */
@NullMarked
package dev.grpcos.gateway.reflection;

import org.jspecify.annotations.NullMarked;
