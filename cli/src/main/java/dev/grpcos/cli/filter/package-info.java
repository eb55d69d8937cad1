/**
 * Filters what is printed with jq expressions. It is the one place that knows jackson-jq and
 * Jackson, and nothing here is loaded unless {@code --jq} is given.
 */
@NullMarked
package dev.grpcos.cli.filter;

import org.jspecify.annotations.NullMarked;
