/** The text of {@code --help}. */
@NullMarked
package dev.grpcos.cli.help;

import org.jspecify.annotations.NullMarked;
