#!/bin/sh
# Calls as grpc-socket does, but with one file and one folder: no Java, no PATH, no environment.
# Usage: client.sh [FOLDER]
set -eu
folder=${1:-${TMPDIR:-/tmp}/grpcos-launcher}
exec env -i "$folder/grpcos" call --socket "$folder/gateway.sock" -j 64 Greeter/SayHello
