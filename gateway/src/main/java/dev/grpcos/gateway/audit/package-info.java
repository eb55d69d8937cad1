/** The record of calls: a line of JSON for each, which never holds up the call itself. */
@NullMarked
package dev.grpcos.gateway.audit;

import org.jspecify.annotations.NullMarked;
