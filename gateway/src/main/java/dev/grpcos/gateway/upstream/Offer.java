package dev.grpcos.gateway.upstream;

import dev.grpcos.gateway.reflection.DescriptorIndex;

/** An upstream and its services. */
record Offer(Upstream upstream, UpstreamSchema schema, DescriptorIndex index) {
  Offer(Upstream upstream, UpstreamSchema schema) {
    this(upstream, schema, new DescriptorIndex(schema.files()));
  }
}
