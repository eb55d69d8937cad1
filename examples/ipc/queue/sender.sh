#!/bin/sh
# Puts each line of standard input into a System V message queue. Usage: sender.sh [KEY]
set -eu
exec perl -ne '
  BEGIN { $queue = msgget(shift, 0600 | 01000) // die "msgget: $!\n" } # 01000 is IPC_CREAT
  chomp;
  msgsnd($queue, pack("l! a*", 1, $_), 0) or die "msgsnd: $!\n"; # waits while the queue is full
' "${1:-26482}"
