/**
 * Descriptions of schemas: proto syntax, JSON, and templates of requests. Everything here is a pure
 * function of linked descriptors.
 */
@NullMarked
package dev.grpcos.cli.describe;

import org.jspecify.annotations.NullMarked;
