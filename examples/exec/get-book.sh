#!/usr/bin/env bash
# One call: reads the request, a line of JSON, and prints the response.
set -euo pipefail

isbn=$(jq -r '.isbn // ""')
while read -r found pages title; do
  if [ "$found" = "$isbn" ]; then
    echo "header shelf: ${isbn##*-}" >&3 # metadata of the response
    jq -n --arg isbn "$isbn" --arg title "$title" --arg pages "$pages" '{$isbn, $title, $pages}'
    exit
  fi
done <books.txt
echo "there is no book $isbn" >&2 # the message of the status
exit 69                           # 64 + 5, NOT_FOUND
