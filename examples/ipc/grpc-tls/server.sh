#!/bin/sh
# Serves the socket of the running gateway on a TCP port of the loopback, over TLS, to clients that
# have a certificate. Usage: server.sh [PORT [FOLDER]], FOLDER for the certificates.
set -eu
export PORT="${1:-7004}" FOLDER="${2:-${TMPDIR:-/tmp}/greeting-tls}"
export GRPCOS_SOCKET="${GRPCOS_SOCKET:-${XDG_RUNTIME_DIR-}/grpcos/gateway.sock}"
mkdir -p -m 0700 "$FOLDER"

# certificate NAME EXTENSION OPTION…: a key and a certificate, for a day, in NAME.pem
certificate() {
  name=$1 extension=$2
  shift 2
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj "/CN=$name" \
    -addext "$extension" -keyout "$FOLDER/$name.key" -out "$FOLDER/$name.pem" "$@" 2>/dev/null
}
certificate ca keyUsage=keyCertSign
for name in server client; do
  certificate "$name" subjectAltName=DNS:localhost -CA "$FOLDER/ca.pem" -CAkey "$FOLDER/ca.key"
done
cat "$FOLDER/server.key" >>"$FOLDER/server.pem" # as HAProxy reads it

exec haproxy -db -f "$(dirname "$0")/haproxy.cfg"
