/** Properties of this process: user, memory, versions. */
@NullMarked
package dev.grpcos.gateway.process;

import org.jspecify.annotations.NullMarked;
