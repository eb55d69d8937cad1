/**
 * Reads protobuf's text format according to its specification. {@code
 * com.google.protobuf.TextFormat} accepts octal floats and invalid UTF-8, and refuses fields whose
 * names a message reserves.
 */
@NullMarked
package dev.grpcos.cli.textformat;

import org.jspecify.annotations.NullMarked;
