/**
 * The gateway's configuration. A YAML file is read into a protobuf message, which is converted to
 * valid records. All problems of a file are reported together.
 */
@NullMarked
package dev.grpcos.gateway.config;

import org.jspecify.annotations.NullMarked;
