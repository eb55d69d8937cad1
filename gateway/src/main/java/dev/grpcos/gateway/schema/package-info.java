/** The schema: compiles sources, reads descriptor sets, and repairs and links descriptors. */
@NullMarked
package dev.grpcos.gateway.schema;

import org.jspecify.annotations.NullMarked;
