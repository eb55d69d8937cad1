/** Who may call what: a decision with its reason for each call. */
@NullMarked
package dev.grpcos.gateway.policy;

import org.jspecify.annotations.NullMarked;
