#!/usr/bin/env bash
# Greets each person of a table on standard input, with USER, a tab and NAME in each line: one call a line.
# The loop continues after a failed call. The exit code is 1 if a call failed.
set -euo pipefail

failed=0
while IFS=$'\t' read -r user name; do
  # jq escapes quotes and backslashes, and a leading @ has no meaning in JSON
  request=$(jq -cn --arg name "$name" '{$name}')
  # with -d, grpcos does not read standard input
  if reply=$(grpcos call Greeter/SayHello -d "$request" --deadline 2s); then
    printf '%s: %s\n' "$user" "$(jq -r .message <<<"$reply")"
  else
    printf '%s: not greeted (exit code %d)\n' "$user" "$?" >&2
    failed=$((failed + 1))
  fi
done

[ "$failed" -eq 0 ]
