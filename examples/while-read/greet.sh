#!/usr/bin/env bash
# Greets each person in a table, one call a line: USER and NAME on standard input, a tab between.
# A call that fails is counted, and the loop goes on. Ends with 1 if any failed.
set -euo pipefail

failed=0
while IFS=$'\t' read -r user name; do
  # jq makes the JSON, so that quotes, backslashes and a leading @ are but characters of a name
  request=$(jq -cn --arg name "$name" '{$name}')
  # -d leaves standard input to the loop
  if reply=$(grpcos call Greeter/SayHello -d "$request" --deadline 2s); then
    printf '%s: %s\n' "$user" "$(jq -r .message <<<"$reply")"
  else
    printf '%s: not greeted (exit code %d)\n' "$user" "$?" >&2
    failed=$((failed + 1))
  fi
done

[ "$failed" -eq 0 ]
