/** Answers calls from a recording, as a mock of the services that were recorded. */
@NullMarked
package dev.grpcos.gateway.replay;

import org.jspecify.annotations.NullMarked;
