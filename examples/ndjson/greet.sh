#!/usr/bin/env bash
# Greets all people in a JSON array on standard input: jq makes a request for each, one command makes the
# calls, up to eight in parallel, and jq reads the replies, which keep the order of the requests.
set -euo pipefail

jq -c '.[] | {name: (.first + " " + .last)}' |
  grpcos call Greeter/SayHello -j 8 |
  jq -r .message
