#!/bin/sh
# Adds the lines of standard input to a region of shared memory. Usage: sender.sh [PATH]
set -eu
region=${1:-/dev/shm/greeting-$(id -u)}
requests=$(cat) # all of them first: the lock is held for the writing alone
umask 077
exec 9>>"$region"
flock 9
printf '%s\n' "$requests" >&9
