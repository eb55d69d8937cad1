/** The services that the gateway itself serves: Greeter, health, reflection, admin. */
@NullMarked
package dev.grpcos.gateway.local;

import org.jspecify.annotations.NullMarked;
