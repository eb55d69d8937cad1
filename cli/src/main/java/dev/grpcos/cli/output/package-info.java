/** Output of commands: responses on standard output, everything else on standard error. */
@NullMarked
package dev.grpcos.cli.output;

import org.jspecify.annotations.NullMarked;
