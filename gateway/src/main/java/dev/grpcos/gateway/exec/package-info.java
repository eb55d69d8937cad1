/** Services whose methods are programs: JSON on their standard input, JSON on their output. */
@NullMarked
package dev.grpcos.gateway.exec;

import org.jspecify.annotations.NullMarked;
