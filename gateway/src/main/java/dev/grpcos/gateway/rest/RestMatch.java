package dev.grpcos.gateway.rest;

import java.util.Map;

/**
 * A binding that matches a path.
 *
 * @param variables the values of its variables by the paths of their fields
 */
public record RestMatch(RestBinding binding, Map<String, String> variables) {}
