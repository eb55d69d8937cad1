#!/usr/bin/env bash
# One call: the request is a line of JSON on standard input, the response what is printed.
set -euo pipefail

isbn=$(jq -r .isbn)
if ! read -r isbn pages title < <(grep -F -- "$isbn " books.txt); then
  echo "there is no book $isbn" >&2 # the status's message
  exit 69                           # 64 + 5, NOT_FOUND
fi
echo "header shelf: ${isbn##*-}" >&3 # metadata of the response
jq -n --arg isbn "$isbn" --arg title "$title" --arg pages "$pages" '{$isbn, $title, $pages}'
