/** The programs that are installed beside the gateway. */
@NullMarked
package dev.grpcos.gateway.installation;

import org.jspecify.annotations.NullMarked;
