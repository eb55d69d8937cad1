package dev.grpcos.gateway.local;

import dev.grpcos.gateway.call.TakenRoute;
import dev.grpcos.gateway.policy.SocketCaller;
import java.util.function.BiPredicate;

/**
 * The status of HTTP over TCP.
 *
 * @param caller the user on whose behalf requests are made, and the address
 * @param mayCall whether the user may call the method with this full name there, by its route
 * @param connections the number of open connections
 * @param rejected the number of requests that did not become calls
 */
public record HttpStatus(
    SocketCaller caller, BiPredicate<String, TakenRoute> mayCall, int connections, long rejected) {}
