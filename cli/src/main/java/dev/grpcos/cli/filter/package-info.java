/**
 * Filters output with jq expressions: paths in any process, others with jackson-jq in the caller's
 * process or in processes that can be killed. No other package uses jackson-jq and Jackson, and
 * nothing of them is loaded without {@code --jq}.
 */
@NullMarked
package dev.grpcos.cli.filter;

import org.jspecify.annotations.NullMarked;
