package dev.grpcos.gateway.listener;

import io.netty.channel.ChannelHandlerContext;

/** Sees the header of each frame that a client sends, before Netty decodes the frame. */
interface FrameHeads {
  /**
   * Handles the header of a frame.
   *
   * @param length the length of the payload
   * @param stream the stream's id, or 0 for the connection
   */
  void frame(ChannelHandlerContext context, int length, byte type, byte flags, int stream);
}
