/** One picocli class a command: it parses, delegates, and holds no logic of its own. */
@NullMarked
package dev.grpcos.cli.command;

import org.jspecify.annotations.NullMarked;
