/**
 * What may stand next on a command line: commands and options by picocli's model of them, names of
 * services, methods and fields by the schema. The shells' scripts print it, and know nothing else.
 */
@NullMarked
package dev.grpcos.cli.completion;

import org.jspecify.annotations.NullMarked;
