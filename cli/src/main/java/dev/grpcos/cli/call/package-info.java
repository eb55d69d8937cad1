/**
 * Calls methods: one engine for the four kinds of method reads {@code Requests} and reports events
 * to a {@code CallObserver}.
 */
@NullMarked
package dev.grpcos.cli.call;

import org.jspecify.annotations.NullMarked;
