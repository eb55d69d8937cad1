/** What this process knows of itself: user, memory, versions. */
@NullMarked
package dev.grpcos.gateway.process;

import org.jspecify.annotations.NullMarked;
