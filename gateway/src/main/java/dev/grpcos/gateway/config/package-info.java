/** What a gateway is told: records that are valid once they exist. */
@NullMarked
package dev.grpcos.gateway.config;

import org.jspecify.annotations.NullMarked;
