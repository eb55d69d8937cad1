/** Describes services as an OpenAPI document. */
@NullMarked
package dev.grpcos.gateway.openapi;

import org.jspecify.annotations.NullMarked;
