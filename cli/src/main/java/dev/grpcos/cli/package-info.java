/**
 * The {@code grpcos} command. {@code Main} is the process's entry; everything else is reached
 * through an {@code Invocation}, so that any number of commands run in one JVM.
 */
@NullMarked
package dev.grpcos.cli;

import org.jspecify.annotations.NullMarked;
