/**
 * Descriptors of callable services: fetched from a {@code DescriptorSource}, linked, and found by
 * name.
 */
@NullMarked
package dev.grpcos.cli.schema;

import org.jspecify.annotations.NullMarked;
