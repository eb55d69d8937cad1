/** What people write: durations, sizes, and names that are nearly right. */
@NullMarked
package dev.grpcos.gateway.text;

import org.jspecify.annotations.NullMarked;
