#!/usr/bin/env bash
# Calls a command as scripts do, and prints the microseconds that each call took.
# Usage: loop.sh COUNT COMMAND…
#
# The loop is a separate, small process that is the same for every command, because a larger shell
# takes longer to fork. The first failure ends it.
count=$1
shift
times=()
for ((i = 0; i < count; i++)); do
  begin=$EPOCHREALTIME
  echo '{"name":"world"}' | "$@" >/dev/null || exit
  end=$EPOCHREALTIME
  times+=($((${end/./} - ${begin/./})))
done
printf '%s\n' "${times[@]}"
