/**
 * JSON to protobuf messages and back: a strict stream reader, the ProtoJSON mapping in both
 * directions, and {@code FIELD=VALUE} arguments. A leaf package.
 */
@NullMarked
package dev.grpcos.gateway.json;

import org.jspecify.annotations.NullMarked;
