#!/bin/sh
# Calls a gRPC server over the network, in plaintext. Usage: client.sh [PORT]
set -eu
exec grpcos call -t "localhost:${1:-7003}" --plaintext -j 64 Greeter/SayHello
