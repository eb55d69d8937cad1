/** The servers behind the gateway: their connections, schemas, state and credentials. */
@NullMarked
package dev.grpcos.gateway.upstream;

import org.jspecify.annotations.NullMarked;
