/** The packages of the profile {@code dist}, installed as users install them. */
@NullMarked
package dev.grpcos.cli.packages;

import org.jspecify.annotations.NullMarked;
