# Unary calls to a server through a gateway, and through nginx to the same server; all on Unix sockets.

# upstream_load SOCKET NAME: appends calls a second to the samples of NAME
upstream_load() {
  h2load_calls "$2" "$upstream_calls" --base-uri="unix:$1" -c 4 -m 16 -t 1 \
    -H 'content-type: application/grpc' -H 'te: trailers' -d "$work/request.bin" "http://localhost/large.f0.Echo/Call"
}

upstream_nginx() {
  cat >"$work/nginx.conf" <<END
$([ "$(id -u)" != 0 ] || echo 'user root;')
daemon off; pid $work/nginx.pid; error_log $log; worker_processes auto;
events { }
http {
  access_log off;
  client_body_temp_path $work/nginx; proxy_temp_path $work/nginx; fastcgi_temp_path $work/nginx;
  uwsgi_temp_path $work/nginx; scgi_temp_path $work/nginx;
  upstream server { server unix:$work/server.sock; keepalive 64; }
  server {
    listen unix:$work/nginx.sock http2; keepalive_requests 100000000;
    location / { grpc_pass grpc://server; }
  }
}
END
  nginx -c "$work/nginx.conf" 2>>"$log" &
  servers+=("$!")
  await_socket "$work/nginx.sock" "$!"
}

row_upstream() {
  local rounds=$((quick ? 1 : 5)) round direct through nginx
  local upstream_calls=$((quick ? 1000 : 200000)) PATH=$PATH:/usr/sbin
  if ! command -v h2load >/dev/null; then
    row 'unary calls a second through an upstream' 'not measured: no h2load' '' ''
    return
  fi
  printf '\0\0\0\0\0' >"$work/request.bin"
  start_server "$work/server.sock" 1
  printf 'upstreams:\n  - {name: server, target: "unix:%s", services: ["large.*"]}\n' "$work/server.sock" >"$work/upstream.yaml"
  start_gateway "$work/upstream.sock" --config "$work/upstream.yaml"
  "$grpcos" health --socket "$work/upstream.sock" --wait large.f0.Echo >/dev/null
  ! command -v nginx >/dev/null || upstream_nginx
  # The first round warms up both JVMs and does not count.
  for ((round = quick; round <= rounds; round++)); do
    upstream_load "$work/server.sock" direct
    upstream_load "$work/upstream.sock" through
    ! command -v nginx >/dev/null || upstream_load "$work/nginx.sock" nginx
    [ "$round" != 0 ] || (cd "$samples" && rm -f direct through nginx)
  done
  stop_servers
  direct=$(median direct) through=$(median through)
  rate_row 'unary calls a second through an upstream' "$through" 'straight to the server' "$direct" 0.45
  if [ -e "$samples/nginx" ]; then
    nginx=$(median nginx)
    rate_row 'unary calls a second through an upstream' "$through" 'nginx `grpc_pass`' "$nginx" 1.6
  fi
}
