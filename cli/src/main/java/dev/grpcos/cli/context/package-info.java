/** The caller's contexts: connections to servers, by names of the caller's own. */
@NullMarked
package dev.grpcos.cli.context;

import org.jspecify.annotations.NullMarked;
