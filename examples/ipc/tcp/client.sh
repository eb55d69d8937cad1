#!/usr/bin/env bash
# Sends each line of standard input over one TCP connection and prints the reply. Usage: client.sh [PORT]
set -euo pipefail
exec {server}<>"/dev/tcp/127.0.0.1/${1:-7001}"
while IFS= read -r request; do
  printf '%s\n' "$request" >&"$server"
  IFS= read -r reply <&"$server"
  printf '%s\n' "$reply"
done
