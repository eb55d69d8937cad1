#!/usr/bin/env bash
# A stream of responses: one line of JSON each, sent as soon as it is printed. The caller ends the stream.
set -euo pipefail

last=$(jq -r '.last // 0')
tail -n "$last" -f "$1" | jq -c --unbuffered -R '{text: .}'
