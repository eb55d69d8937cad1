/** The audit log: one line of JSON for each call. Writing it never delays calls. */
@NullMarked
package dev.grpcos.gateway.audit;

import org.jspecify.annotations.NullMarked;
