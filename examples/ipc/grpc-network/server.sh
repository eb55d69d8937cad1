#!/bin/sh
# Serves the socket of the running gateway on a TCP port of the loopback, in plaintext.
# Usage: server.sh [PORT]
set -eu
socket=${GRPCOS_SOCKET:-$XDG_RUNTIME_DIR/grpcos/gateway.sock}
exec socat "TCP-LISTEN:${1:-7003},bind=127.0.0.1,reuseaddr,fork,nodelay" "UNIX-CONNECT:$socket"
