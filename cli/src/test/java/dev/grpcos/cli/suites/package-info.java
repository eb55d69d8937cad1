/**
 * Conformance and interoperability suites of other projects. Each runs as one test if its programs
 * are installed, as {@code .ci/run} does. Known differences are in one file for each suite, with
 * their reasons; a suite fails on a difference that is not listed, and on a listed test that
 * passes.
 */
@NullMarked
package dev.grpcos.cli.suites;

import org.jspecify.annotations.NullMarked;
