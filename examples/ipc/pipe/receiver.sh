#!/bin/sh
# Greets for each line that comes through the pipe.
set -eu
exec sed -u -f "$(dirname "$0")/../greet.sed"
