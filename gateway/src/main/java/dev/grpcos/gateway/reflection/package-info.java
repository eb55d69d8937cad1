/** Server reflection, v1 and v1alpha, over the raw descriptors of all routes. */
@NullMarked
package dev.grpcos.gateway.reflection;

import org.jspecify.annotations.NullMarked;
