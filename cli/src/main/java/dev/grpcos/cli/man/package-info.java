/** Manual pages of the commands, from the same descriptions as the help. */
@NullMarked
package dev.grpcos.cli.man;

import org.jspecify.annotations.NullMarked;
