#!/bin/sh
# Greets for each line that comes through a FIFO. Usage: receiver.sh [PATH]
set -eu
fifo=${1:-${TMPDIR:-/tmp}/greeting.fifo}
mkfifo -m 0600 "$fifo" 2>/dev/null || [ -p "$fifo" ]
# Opened for writing too, so that there is no end of file when a sender ends.
exec sed -u -f "$(dirname "$0")/../greet.sed" <>"$fifo"
