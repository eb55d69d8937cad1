/** Tests of the resident and the launcher, with sample commands. */
@NullMarked
package dev.grpcos.cli.resident;

import org.jspecify.annotations.NullMarked;
