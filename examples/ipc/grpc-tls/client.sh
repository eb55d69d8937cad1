#!/bin/sh
# Calls a gRPC server over the network with TLS on both sides. Usage: client.sh [PORT [FOLDER]]
set -eu
folder=${2:-${TMPDIR:-/tmp}/greeting-tls}
exec grpcos call -t "localhost:${1:-7004}" --cacert "$folder/ca.pem" --cert "$folder/client.pem" \
  --key "$folder/client.key" -j 64 Greeter/SayHello
