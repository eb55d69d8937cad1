#!/usr/bin/env bash
# A stream of requests and one of responses, each a line of JSON.
set -euo pipefail

while read -r question; do
  jq -c '{text: "You ask: \(.text) I do not know."}' <<<"$question"
done
