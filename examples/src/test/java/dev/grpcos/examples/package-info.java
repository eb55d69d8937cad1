/**
 * Runs the examples and what the documents say, against the packaged distribution. Each test has a
 * folder of its own, for the gateway too.
 */
@NullMarked
package dev.grpcos.examples;

import org.jspecify.annotations.NullMarked;
