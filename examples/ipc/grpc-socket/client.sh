#!/bin/sh
# Calls with each line of standard input, up to 64 calls in parallel, and prints the replies in order.
# Usage: client.sh [SOCKET]
set -eu
exec grpcos call ${1:+--socket "$1"} -j 64 Greeter/SayHello
