/** The exceptions and exit codes with which commands end. */
@NullMarked
package dev.grpcos.cli.failure;

import org.jspecify.annotations.NullMarked;
