/** The commands, one picocli class each. They parse and delegate, and contain no other logic. */
@NullMarked
package dev.grpcos.cli.command;

import org.jspecify.annotations.NullMarked;
