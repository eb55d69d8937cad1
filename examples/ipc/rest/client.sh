#!/bin/sh
# Posts each line of standard input over HTTP and prints the reply. Usage: client.sh [PORT]
set -eu
# A section of curl's configuration for each line: one process and one connection for all of them.
awk -v url="http://127.0.0.1:${1:-7002}/greetings" '
  NR > 1 { print "next" }
  { gsub(/[\\"]/, "\\\\&"); printf "url = \"%s\"\ndata = \"%s\"\nfail\n", url, $0 }
' | curl -sS --config -
