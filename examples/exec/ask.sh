#!/usr/bin/env bash
# A stream of requests and a stream of responses, one line of JSON each.
set -euo pipefail

while read -r question; do
  jq -c '{text: "You ask: \(.text) I do not know."}' <<<"$question"
done
