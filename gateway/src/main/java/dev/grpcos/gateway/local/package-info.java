/** The gateway's built-in services: Greeter, health, reflection, admin. */
@NullMarked
package dev.grpcos.gateway.local;

import org.jspecify.annotations.NullMarked;
