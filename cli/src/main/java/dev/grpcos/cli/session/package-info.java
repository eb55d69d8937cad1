/** A session: many calls of many methods, which lines of JSON on standard input begin and feed. */
@NullMarked
package dev.grpcos.cli.session;

import org.jspecify.annotations.NullMarked;
