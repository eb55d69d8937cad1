/**
 * Filters output with jq expressions. No other package uses jackson-jq and Jackson, and nothing
 * here is loaded without {@code --jq}.
 */
@NullMarked
package dev.grpcos.cli.filter;

import org.jspecify.annotations.NullMarked;
