/** Manual pages of the commands, made from what picocli knows for the help. */
@NullMarked
package dev.grpcos.cli.man;

import org.jspecify.annotations.NullMarked;
