/**
 * Golden cases: folders that say what the packaged command is given and, byte for byte, what must
 * come back, on the cold path and on the warm one.
 */
@NullMarked
package dev.grpcos.cli.golden;

import org.jspecify.annotations.NullMarked;
