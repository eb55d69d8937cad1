/**
 * JSON to protobuf messages and back: a strict reader that takes one value at a time from a stream,
 * and the mapping that {@code JsonFormat} defines.
 */
@NullMarked
package dev.grpcos.gateway.json;

import org.jspecify.annotations.NullMarked;
