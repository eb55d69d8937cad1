/** What a person or a script gets to see: responses on standard output, all else on the other. */
@NullMarked
package dev.grpcos.cli.output;

import org.jspecify.annotations.NullMarked;
