/** Parsers and formatters of durations and sizes. A leaf package. */
@NullMarked
package dev.grpcos.gateway.text;

import org.jspecify.annotations.NullMarked;
