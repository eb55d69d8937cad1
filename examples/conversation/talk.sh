#!/usr/bin/env bash
# Holds a conversation on one bidirectional stream: sends each request (a line of JSON on standard
# input), prints the reply, and only then reads the next request. The exit code is that of the call.
set -euo pipefail

coproc CALL { grpcos call Greeter/SayHelloBidiStream; }
# bash unsets these when the coprocess ends
call=$CALL_PID from=${CALL[0]} to=${CALL[1]}
# the next read notices a call that has ended; its exit code is taken below
trap '' PIPE

while IFS= read -r request; do
  printf 'request: %s\n' "$request"
  printf '%s\n' "$request" >&"$to" || break
  IFS= read -r reply <&"$from" || break
  printf 'reply:   %s\n' "$reply"
done

# ends the stream of requests, and with it the call
exec {to}>&-
wait "$call"
