#!/bin/sh
# Greets for each line of each TCP connection on the loopback. Usage: server.sh [PORT]
set -eu
cd "$(dirname "$0")/.."
exec socat "TCP-LISTEN:${1:-7001},bind=127.0.0.1,reuseaddr,fork" EXEC:'sed -u -f greet.sed'
