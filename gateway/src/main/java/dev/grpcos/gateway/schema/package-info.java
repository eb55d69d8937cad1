/** Descriptors from files: sources compiled, sets read, all of it linked. */
@NullMarked
package dev.grpcos.gateway.schema;

import org.jspecify.annotations.NullMarked;
