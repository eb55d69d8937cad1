/** The shares of users in limited resources. */
@NullMarked
package dev.grpcos.gateway.limit;

import org.jspecify.annotations.NullMarked;
