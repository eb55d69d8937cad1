# Unary calls over HTTP/1.1 with JSON: of a built-in method, compared with gRPC; and through an upstream, compared with
# Envoy's transcoder for the same server. All on Unix sockets.

# http_load SOCKET METHOD BODY NAME: appends calls a second over HTTP/1.1 to the samples of NAME
http_load() {
  h2load_calls "$4" "$http_calls" --h1 --base-uri="unix:$1" -c 16 -t 1 \
    -H 'content-type: application/json' -d "$3" "http://localhost/$2"
}

# grpc_load SOCKET METHOD BODY NAME: the same over gRPC, also with 16 calls at a time
grpc_load() {
  h2load_calls "$4" "$http_calls" --base-uri="unix:$1" -c 4 -m 4 -t 1 \
    -H 'content-type: application/grpc' -H 'te: trailers' -d "$3" "http://localhost/$2"
}

# http_envoy SERVER: Envoy with its transcoder, for a server's service; returns when it answers
http_envoy() {
  "$grpcos" export descriptors -t "unix:$1" >"$work/http.binpb" 2>>"$log" || die 'no descriptors'
  cat >"$work/envoy.yaml" <<END
static_resources:
  listeners:
    - address: {pipe: {path: $work/envoy.sock}}
      filter_chains:
        - filters:
            - name: envoy.filters.network.http_connection_manager
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                stat_prefix: json
                route_config:
                  virtual_hosts:
                    - {name: all, domains: ["*"], routes: [{match: {prefix: /}, route: {cluster: server}}]}
                http_filters:
                  - name: envoy.filters.http.grpc_json_transcoder
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.http.grpc_json_transcoder.v3.GrpcJsonTranscoder
                      proto_descriptor: $work/http.binpb
                      services: [large.f0.Echo]
                      auto_mapping: true
                  - name: envoy.filters.http.router
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
  clusters:
    - name: server
      typed_extension_protocol_options:
        envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
          "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
          explicit_http_config: {http2_protocol_options: {}}
      load_assignment:
        cluster_name: server
        endpoints: [{lb_endpoints: [{endpoint: {address: {pipe: {path: $1}}}}]}]
END
  envoy -c "$work/envoy.yaml" --log-level error --disable-hot-restart >>"$log" 2>&1 &
  servers+=("$!")
  await_socket "$work/envoy.sock" "$!"
}

row_http() {
  local rounds=$((quick ? 1 : 5)) round
  local http_calls=$((quick ? 1000 : 100000)) built_in=helloworld.Greeter/SayHello echo=large.f0.Echo/Call
  if ! command -v h2load >/dev/null; then
    row 'HTTP/JSON calls a second' 'not measured: no h2load' '' ''
    return
  fi
  printf '{"name":"world"}' >"$work/hello.json"
  printf '\0\0\0\0\7\12\5world' >"$work/hello.bin"
  printf '{"text":"world"}' >"$work/echo.json"
  start_server "$work/server.sock" 1
  printf 'upstreams:\n  - {name: server, target: "unix:%s", services: ["large.*"]}\n' "$work/server.sock" >"$work/upstream.yaml"
  start_gateway "$work/built-in.sock"
  start_gateway "$work/http.sock" --config "$work/upstream.yaml"
  "$grpcos" health --socket "$work/http.sock" --wait large.f0.Echo >/dev/null
  ! command -v envoy >/dev/null || http_envoy "$work/server.sock"
  # The first round warms up both JVMs and does not count.
  for ((round = quick; round <= rounds; round++)); do
    http_load "$work/built-in.sock" $built_in "$work/hello.json" http
    grpc_load "$work/built-in.sock" $built_in "$work/hello.bin" grpc
    http_load "$work/http.sock" $echo "$work/echo.json" http_through
    ! command -v envoy >/dev/null || http_load "$work/envoy.sock" $echo "$work/echo.json" envoy
    [ "$round" != 0 ] || (cd "$samples" && rm -f http grpc http_through envoy)
  done
  stop_servers
  rate_row 'HTTP/JSON calls a second of a built-in method' "$(median http)" 'gRPC' "$(median grpc)"
  if [ -e "$samples/envoy" ]; then
    rate_row 'HTTP/JSON calls a second through an upstream' "$(median http_through)" "Envoy's transcoder" \
      "$(median envoy)" 1
  else
    row 'HTTP/JSON calls a second through an upstream' "$(printf %.0f "$(median http_through)")" \
      'not measured: no envoy' ''
  fi
}
