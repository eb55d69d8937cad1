#!/bin/sh
# Sends each line of standard input through a FIFO. Usage: sender.sh [PATH]
set -eu
fifo=${1:-${TMPDIR:-/tmp}/greeting.fifo}
mkfifo -m 0600 "$fifo" 2>/dev/null || [ -p "$fifo" ]
exec cat >"$fifo" # opening it waits for a reader
