package dev.grpcos.gateway.http;

import dev.grpcos.gateway.config.Limits;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpResponseEncoder;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Sets up HTTP/1.1 on connections. Safe for use by any thread. */
public final class HttpConnections implements Consumer<Channel> {
  private final Function<Channel, HttpCaller> callers;
  private final SharedCatalog catalogs;
  private final Supplier<Limits> limits;
  private final WorkThreads pages = WorkThreads.pages();
  private final WorkThreads converters;

  /**
   * Creates an object for all connections of a gateway.
   *
   * @param callers returns the peer of a connection; called on the connection's event loop
   * @param converters convert large messages, and link schemas
   */
  public HttpConnections(
      Function<Channel, HttpCaller> callers,
      SharedCatalog catalogs,
      WorkThreads converters,
      Supplier<Limits> limits) {
    this.callers = callers;
    this.catalogs = catalogs;
    this.converters = converters;
    this.limits = limits;
  }

  /** Adds the handlers of HTTP/1.1 to the end of the pipeline of a Unix socket's connection. */
  @Override
  public void accept(Channel connection) {
    add(connection, router -> router);
  }

  /** Adds the handlers of HTTP/1.1 to the end of the pipeline of a connection over TCP. */
  public void accept(Channel connection, AddressState address) {
    add(connection, router -> new GuardedRequests(address, connection, router));
  }

  private void add(Channel connection, UnaryOperator<RequestHandler> guard) {
    Limits current = limits.get();
    RequestDecoder decoder = new RequestDecoder(current.metadata());
    RequestRouter router =
        new RequestRouter(
            callers.apply(connection),
            catalogs,
            pages,
            converters,
            connection.eventLoop(),
            current);
    connection
        .pipeline()
        .addLast(
            decoder,
            new HalfClosedOutput(current.idle()),
            new HttpResponseEncoder(),
            new HttpConnection(
                decoder,
                new CountedRequests(connection, current, guard.apply(router)),
                current,
                connection.eventLoop()));
  }
}
