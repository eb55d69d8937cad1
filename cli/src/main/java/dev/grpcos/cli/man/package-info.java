/**
 * The manual: pages of the commands, from the same descriptions as the help, and pages that are
 * written in Markdown. Used by the build only, which has the parser of Markdown.
 */
@NullMarked
package dev.grpcos.cli.man;

import org.jspecify.annotations.NullMarked;
