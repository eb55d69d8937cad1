package dev.grpcos.gateway.route;

import dev.grpcos.gateway.call.TakenRoute;

/**
 * A known method and where its calls go.
 *
 * @param name the full name
 */
public record RoutedMethod(String name, TakenRoute route) {}
