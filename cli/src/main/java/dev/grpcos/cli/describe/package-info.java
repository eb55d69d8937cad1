/**
 * What a schema looks like to a person and to a script: proto syntax, JSON, and skeletons of
 * requests. Everything here is a pure function of linked descriptors.
 */
@NullMarked
package dev.grpcos.cli.describe;

import org.jspecify.annotations.NullMarked;
