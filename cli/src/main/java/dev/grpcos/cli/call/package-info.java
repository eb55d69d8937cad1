/**
 * Makes calls: one engine for the four kinds of method, fed by {@code Requests} and telling what
 * happens to a {@code CallObserver}.
 */
@NullMarked
package dev.grpcos.cli.call;

import org.jspecify.annotations.NullMarked;
