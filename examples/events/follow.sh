#!/usr/bin/env bash
# Follows a topic and loses no event: keeps the sequence of the last one in a file and continues after it.
# Usage: follow.sh TOPIC FILE [OPTION…], options for grpcos call
set -euo pipefail
topic=$1 last=$2
shift 2

[ -e "$last" ] || echo 0 >"$last"
code=78
while [ "$code" = 78 ]; do # UNAVAILABLE
  code=0
  grpcos call events.v1.Events/Subscribe topic="$topic" after="$(<"$last")" "$@" |
    while IFS= read -r event; do
      printf '%s\n' "$event" # here the event is used
      [[ $event =~ ^\{\"sequence\":\"([0-9]+)\" ]]
      echo "${BASH_REMATCH[1]}" >"$last.new"
      mv "$last.new" "$last"
    done || code=$?
  [ "$code" != 78 ] || sleep 1
done
exit "$code"
