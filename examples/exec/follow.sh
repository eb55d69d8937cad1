#!/usr/bin/env bash
# A stream of responses: a line of JSON each, sent as soon as it is printed. The caller ends it.
set -euo pipefail

last=$(jq -r '.last // 0')
tail -n "$last" -f "$1" | jq -c --unbuffered -R '{text: .}'
