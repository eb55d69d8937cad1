#!/bin/sh
# Runs a gateway, which has the greeter built in, on a Unix socket. Usage: server.sh [SOCKET]
set -eu
exec grpcos gateway run ${1:+--socket "$1"}
