#!/usr/bin/env bash
# Checks the claims of the table for each pair, and prints each claim that is true. Stops at the first that is not.
# Usage: try.sh [PAIR…]
set -euo pipefail

# shellcheck source=pairs.sh
. "$(dirname "${BASH_SOURCE[0]}")/pairs.sh"

request='{"name":"world"}' greeting='{"message":"Hello world"}'
nobody=65534

held() {
  printf '%s: %s: %s\n' "$folder" "$1" "$2"
}

failed() {
  die "$folder: $1; the client printed: $(cat "$work/reply" "$work/error" 2>/dev/null)"
}

# send [PREFIX…]: sends the lines of standard input through the client, run by PREFIX; sets code
send() {
  code=0
  if [ "$kind" = pipe ]; then
    "$@" "$client" >"$work/reply" 2>"$work/error" || code=$?
  else
    "$@" "$client" "${address[@]}" >"$work/reply" 2>"$work/error" || code=$?
  fi
}

# greeted: whether the greeting arrives, at the client or at the receiver
greeted() {
  local line=''
  if [ "$kind" = one-way ]; then
    until [ "$line" = "$greeting" ]; do
      read -rt 60 line <&"$greetings" || return
    done
  else
    grep -qxF "$greeting" "$work/reply"
  fi
}

try_typed() {
  send <<<'{"nmae":"world"}'
  if [ "$typed" = yes ]; then
    [ "$code" = 2 ] && grep -q "did you mean 'name'" "$work/error" || failed 'a misspelt field passed'
  else
    [ "$code" = 0 ] || failed 'a misspelt field was refused'
  fi
  held typed "$typed"
}

# A stopped receiver has read nothing: does the sender end nevertheless?
try_synchronous() {
  if [ "$kind" = pipe ]; then
    { send timeout 60 <<<"$request" && cat "$work/reply"; } | { nap 0.1 && grep -q world; } || failed 'no end'
  else
    signal STOP
    if [ "$synchronous" = yes ]; then
      send timeout 0.3 <<<"$request"
      [ "$code" = 124 ] || failed "it did not wait: code $code"
    else
      send timeout 60 <<<"$request"
      [ "$code" = 0 ] || failed "it waited: code $code"
    fi
    signal CONT
    [ "$synchronous" = yes ] || greeted || failed 'the message was lost'
  fi
  held synchronous "$synchronous"
}

# signal NAME: to the receiver or server, and to its processes for connections, which may end meanwhile
signal() {
  local children
  mapfile -t children < <(pgrep -P "$pid")
  kill -s "$1" "$pid"
  [ ${#children[@]} = 0 ] || kill -s "$1" "${children[@]}" 2>/dev/null || true
}

try_who() {
  if [ "$(id -u)" != 0 ] || ! command -v setpriv >/dev/null; then
    held 'who may connect' 'not tried: takes root and setpriv, to be another user'
    return
  fi
  "who_$folder"
  held 'who may connect' "$who"
}

# as_other_user COMMAND…: runs it as another user
as_other_user() {
  PATH=$work/bin:$PATH setpriv --reuid "$nobody" --regid "$nobody" --clear-groups "$@"
}

# other_user: sends the request as another user
other_user() {
  send as_other_user <<<"$request"
}

who_pipe() {
  local reader
  exec {end}> >(exec "$server" >/dev/null)
  reader=$!
  ! as_other_user sh -c "echo >/proc/$reader/fd/0" 2>"$work/error" || failed 'another user opened the pipe'
  grep -q 'Permission denied' "$work/error" || failed 'another error'
  exec {end}>&-
}

who_fifo() {
  other_user
  [ "$code" != 0 ] && grep -q 'Permission denied' "$work/error" || failed 'another user sent'
  chmod 0666 "${address[0]}"
  other_user
  greeted || failed 'a user with permission did not send'
}

who_queue() {
  other_user
  [ "$code" != 0 ] && grep -q 'Permission denied' "$work/error" || failed 'another user sent'
}

who_shared-memory() {
  who_fifo
}

who_tcp() {
  other_user
  greeted || failed 'another user was refused'
}

who_nats-publish() { who_tcp; }
who_nats-request() { who_tcp; }
who_rest() { who_tcp; }

who_grpc-network() {
  as_other_user bash -c ": <>/dev/tcp/127.0.0.1/${address[0]}" 2>"$work/error" || failed 'another user was refused'
}

who_grpc-tls() {
  local private=${address[1]}
  code=0
  grpcos call -t "localhost:${address[0]}" --cacert "$private/ca.pem" Greeter/SayHello name=world \
    >"$work/reply" 2>"$work/error" || code=$?
  [ "$code" = 78 ] && grep -q 'certificate_required' "$work/error" || failed 'it took no certificate'
}

who_grpc-socket() {
  local socket=$work/$folder/gateway.sock
  [ "$folder" = grpc-socket ] || socket=${address[0]}/gateway.sock
  chmod a+x "${socket%/*}"
  chmod a+rw "$socket" "$socket.cli"
  other_user
  [ "$code" = 71 ] && grep -q "uid $nobody" "$work/error" || failed "another user's call had code $code"
  echo "policy: [{users: [$nobody], methods: ['helloworld.*']}]" >"$work/grpcos/gateway.yaml"
  kill -HUP "$pid" # reads its configuration again
  local end=$((SECONDS + 120))
  until other_user && greeted; do
    [ "$SECONDS" -lt "$end" ] || failed 'a user of the policy was refused'
    nap 0.02
  done
  printf 'drain: 1s\nwarmup: false\n' >"$work/grpcos/gateway.yaml"
}

who_grpc-launcher() {
  who_grpc-socket
}

absent_pipe() {
  local codes
  set +o pipefail
  yes "$request" 2>/dev/null | "$client" | true
  codes=("${PIPESTATUS[@]}")
  set -o pipefail
  [ "${codes[1]}" = 141 ] || failed "the sender ended with ${codes[1]}" # 128 + SIGPIPE
}

absent_fifo() {
  local sender
  echo "$request" | "$client" "${address[@]}" &
  sender=$!
  nap 0.3
  kill -0 "$sender" 2>/dev/null || failed 'the sender did not wait'
  serve
  greeted || failed 'the message was lost'
  wait "$sender"
}

absent_queue() {
  absent_shared-memory
  kill -STOP "$pid"
  send timeout 0.5 < <(yes "$request" 2>/dev/null)
  [ "$code" = 124 ] || failed "the queue took any number of messages"
}

absent_shared-memory() {
  send <<<"$request"
  [ "$code" = 0 ] || failed "the sender ended with $code"
  serve
  greeted || failed 'the message was lost'
}

absent_nats-publish() {
  local line
  send <<<"$request"
  [ "$code" = 0 ] || failed "the sender ended with $code"
  start
  while read -rt 0.2 line <&"$greetings"; do
    [ "$line" != "$greeting" ] || failed 'the message was kept'
  done
}

absent_nats-request() {
  refused 0 'no responders'
}

# refused CODE TEXT: the client fails, with this code if it is not 0, and an error that has this text
refused() {
  send timeout 60 <<<"$request"
  case $code in
    0 | 124) failed "it ended with $code" ;;
  esac
  [ "$1" = 0 ] || [ "$code" = "$1" ] || failed "it ended with $code"
  grep -q "$2" "$work/error" || failed 'another error'
}

absent_tcp() { refused 0 'Connection refused'; }
absent_rest() { refused 7 'Failed to connect'; }
absent_grpc-network() { refused 78 UNAVAILABLE; }
absent_grpc-tls() { refused 78 UNAVAILABLE; }
absent_grpc-socket() { refused 78 UNAVAILABLE; }
absent_grpc-launcher() { refused 78 UNAVAILABLE; }

chosen=("$@")
for folder in "${chosen[@]}"; do
  (load "$folder")
done
[ ${#chosen[@]} != 0 ] || mapfile -t chosen < <(folders)

# The folders are open to all users, so only the permissions of the tested file itself matter.
TMPDIR=/tmp prepare
chmod 0711 "$work"
mkdir "$work/pairs" "$work/bin" "$work/grpcos"
cp -R "$here"/* "$work/pairs"
cp -L "$(command -v grpcos)" "$work/bin" # the launcher is one file
chmod -R a+rX "$work/pairs" "$work/bin"
pairs=$work/pairs
printf 'drain: 1s\nwarmup: false\n' >"$work/grpcos/gateway.yaml"

for folder in "${chosen[@]}"; do
  load "$folder"
  absent_tool=$(missing)
  if [ -n "$absent_tool" ]; then
    held 'not tried' "$absent_tool is not installed"
    continue
  fi
  start
  [ "$kind" = pipe ] || chmod 0711 "$work/$folder"
  held greets yes
  try_typed
  try_synchronous
  try_who
  stop
  meet
  "absent_$folder"
  held 'the other side is absent' "$absent"
  stop
done
