package dev.grpcos.gateway.upstream;

import dev.grpcos.gateway.reflection.DescriptorIndex;

/** An upstream and what it serves. */
record Offer(Upstream upstream, Schema schema, DescriptorIndex index) {
  Offer(Upstream upstream, Schema schema) {
    this(upstream, schema, new DescriptorIndex(schema.files()));
  }
}
