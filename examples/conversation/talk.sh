#!/usr/bin/env bash
# Holds a conversation on one bidirectional stream: sends each request (a line of JSON on standard
# input), prints the reply, and only then reads the next request. Ends with the call's exit code.
set -euo pipefail

coproc CALL { grpcos call Greeter/SayHelloBidiStream; }
# bash forgets these once the coprocess has ended
call=$CALL_PID from=${CALL[0]} to=${CALL[1]}
# a call that has ended is seen at the next read, and its exit code below
trap '' PIPE

while IFS= read -r request; do
  printf 'request: %s\n' "$request"
  printf '%s\n' "$request" >&"$to" || break
  IFS= read -r reply <&"$from" || break
  printf 'reply:   %s\n' "$reply"
done

# ends the stream of requests, and so the call
exec {to}>&-
wait "$call"
