@NullMarked
package dev.grpcos.cli.grpcurl;

import org.jspecify.annotations.NullMarked;
