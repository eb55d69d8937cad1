/** Services whose methods are programs that read and write JSON on their standard streams. */
@NullMarked
package dev.grpcos.gateway.exec;

import org.jspecify.annotations.NullMarked;
