#!/usr/bin/env bash
# Greets for each line in a region of shared memory, which it empties. Usage: receiver.sh [PATH]
# Memory does not notify its readers, so this one looks every millisecond.
set -euo pipefail
region=${1:-/dev/shm/greeting-$UID}
umask 077
exec 9>>"$region" {never}<> <(:) > >(exec sed -u -f "$(dirname "$0")/../greet.sed")
while :; do
  until [ -s "$region" ]; do
    read -rt 0.001 <&"$never" || true # a sleep that starts no process
  done
  flock 9
  mapfile -t requests <"$region"
  : >"$region"
  flock -u 9
  printf '%s\n' "${requests[@]}"
done
