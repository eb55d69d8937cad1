#!/usr/bin/env bash
# One call: the request is a line of JSON on standard input, the response what is printed.
set -euo pipefail

isbn=$(jq -r '.isbn // ""')
while read -r found pages title; do
  if [ "$found" = "$isbn" ]; then
    echo "header shelf: ${isbn##*-}" >&3 # metadata of the response
    jq -n --arg isbn "$isbn" --arg title "$title" --arg pages "$pages" '{$isbn, $title, $pages}'
    exit
  fi
done <books.txt
echo "there is no book $isbn" >&2 # the status's message
exit 69                           # 64 + 5, NOT_FOUND
