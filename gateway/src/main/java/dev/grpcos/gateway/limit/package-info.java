/** The use of limited resources: the shares of users, and the memory for messages. */
@NullMarked
package dev.grpcos.gateway.limit;

import org.jspecify.annotations.NullMarked;
