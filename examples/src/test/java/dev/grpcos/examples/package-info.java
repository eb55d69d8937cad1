/**
 * Runs the examples and the commands of the documents with the packaged distribution. Each test has
 * its own folder, and its own gateway.
 */
@NullMarked
package dev.grpcos.examples;

import org.jspecify.annotations.NullMarked;
