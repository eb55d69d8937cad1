/**
 * JSON to protobuf messages and back: a strict reader of a stream of values, the mapping of
 * ProtoJSON in both directions, and {@code FIELD=VALUE} arguments. A leaf package.
 */
@NullMarked
package dev.grpcos.gateway.json;

import org.jspecify.annotations.NullMarked;
