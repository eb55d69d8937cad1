/** Shows and records the calls that a gateway reports. */
@NullMarked
package dev.grpcos.cli.tap;

import org.jspecify.annotations.NullMarked;
