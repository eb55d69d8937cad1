/**
 * Golden cases: folders with the input of a command and, byte for byte, its expected output, on
 * every path that a command can take.
 */
@NullMarked
package dev.grpcos.cli.golden;

import org.jspecify.annotations.NullMarked;
