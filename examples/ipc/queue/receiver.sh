#!/usr/bin/env bash
# Greets for each message of a System V message queue. Usage: receiver.sh [KEY]
# The queue outlives both sides; "ipcrm -Q KEY" removes it.
set -euo pipefail
exec perl -e '
  $| = 1;
  $queue = msgget(shift, 0600 | 01000) // die "msgget: $!\n"; # 01000 is IPC_CREAT
  while (msgrcv($queue, $message, 8192, 0, 0)) {
    print substr($message, length pack("l!", 0)), "\n"; # after its type
  }
  die "msgrcv: $!\n";
' "${1:-26482}" > >(exec sed -u -f "$(dirname "$0")/../greet.sed")
