/**
 * The bindings of {@code google.api.http}: HTTP methods and paths that call methods of services.
 */
@NullMarked
package dev.grpcos.gateway.rest;

import org.jspecify.annotations.NullMarked;
