/**
 * Tests of the packaged command as what it is to a script: processes, pipes, signals and users. The
 * golden cases cover what one run with files for its input can show.
 */
@NullMarked
package dev.grpcos.cli.process;

import org.jspecify.annotations.NullMarked;
