/**
 * Server reflection, v1 and v1alpha: the service, over the descriptors of all routes, and the one
 * client, which commands and upstreams use.
 */
@NullMarked
package dev.grpcos.gateway.reflection;

import org.jspecify.annotations.NullMarked;
