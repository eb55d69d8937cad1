/** Tests of the resident and the launcher, with commands made for them. */
@NullMarked
package dev.grpcos.cli.resident;

import org.jspecify.annotations.NullMarked;
