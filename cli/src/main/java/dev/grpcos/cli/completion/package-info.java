/**
 * Completion of command lines: commands and options from picocli's model, names of services,
 * methods and fields from the schema. The scripts of the shells only display it.
 */
@NullMarked
package dev.grpcos.cli.completion;

import org.jspecify.annotations.NullMarked;
