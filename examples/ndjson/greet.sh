#!/usr/bin/env bash
# Greets all people of a JSON array on standard input: jq makes a request of each, one command calls
# for all of them, eight at once, and jq reads the replies, which come in the order of the requests.
set -euo pipefail

jq -c '.[] | {name: (.first + " " + .last)}' |
  grpcos call Greeter/SayHello -j 8 |
  jq -r .message
