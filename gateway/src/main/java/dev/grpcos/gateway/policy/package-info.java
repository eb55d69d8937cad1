/** The access policy, which decides on each call and gives a reason. */
@NullMarked
package dev.grpcos.gateway.policy;

import org.jspecify.annotations.NullMarked;
