#!/usr/bin/env bash
# Exchanges a greeting as scripts do, in a loop, and prints the microseconds that each took: from the
# start of the sender or client to the greeting. Standard input has the greetings of a receiver.
# Usage: loop.sh COUNT one-way|call|pipe FILE CLIENT [ADDRESS…], FILE for replies; for a pipe: … FILE SENDER RECEIVER
#
# A separate, small process, the same for every pair, because a larger shell takes longer to fork.
count=$1 kind=$2 replies=$3
shift 3
times=()
for ((i = 0; i < count; i++)); do
  begin=$EPOCHREALTIME
  case $kind in
    one-way)
      echo '{"name":"world"}' | "$@" || exit
      until [ "$reply" = '{"message":"Hello world"}' ]; do read -rt 60 reply || exit; done
      ;;
    call) echo '{"name":"world"}' | "$@" >"$replies" || exit ;;
    pipe) echo '{"name":"world"}' | "$1" | "$2" >"$replies" || exit ;;
  esac
  end=$EPOCHREALTIME
  [ "$kind" = one-way ] || read -r reply <"$replies"
  if [ "$reply" != '{"message":"Hello world"}' ]; then
    echo "loop.sh: no greeting, but: $reply" >&2
    exit 1
  fi
  reply=''
  times+=($((${end/./} - ${begin/./})))
done
printf '%s\n' "${times[@]}"
