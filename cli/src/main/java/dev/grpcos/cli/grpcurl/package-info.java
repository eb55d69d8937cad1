/**
 * The command line and the output of grpcurl, a client in Go.
 *
 * <p>Connections, schemas and calls are those of the other commands; only the arguments and the
 * texts are different.
 *
 * @see <a href="https://github.com/fullstorydev/grpcurl">grpcurl</a>
 */
@NullMarked
package dev.grpcos.cli.grpcurl;

import org.jspecify.annotations.NullMarked;
