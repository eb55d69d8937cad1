#!/usr/bin/env bash
# Calls several methods in turn through one coprocess, so that a call starts no process: greets each
# name on standard input while the service is healthy. Needs jq for the replies.
set -euo pipefail

coproc GRPC { grpcos session --keep-going; }
# bash unsets these when the coprocess ends
session=$GRPC_PID from=${GRPC[0]} to=${GRPC[1]}
calls=0

# call METHOD REQUEST: sets REPLY to the line that ends the call, and fails if the call failed
call() {
  calls=$((calls + 1))
  printf '{"id":%d,"method":"%s","request":%s}\n' "$calls" "$1" "$2" >&"$to"
  IFS= read -r REPLY <&"$from"
  [[ $REPLY == *'"ok":true'* ]]
}

while IFS= read -r name; do
  if ! call Health/Check '{"service":"helloworld.Greeter"}'; then
    jq -r '.status.message' <<<"$REPLY" >&2
    exit 1
  fi
  call Greeter/SayHello "$(jq -cn --arg name "$name" '{$name}')"
  jq -r '.responses[0].message' <<<"$REPLY"
done

exec {to}>&- # ends the session
wait "$session"
