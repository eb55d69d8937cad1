#!/bin/sh
# Runs a gateway whose folder has the launcher too: all that a container needs. Usage: server.sh [FOLDER]
set -eu
folder=${1:-${TMPDIR:-/tmp}/grpcos-launcher}
mkdir -p -m 0700 "$folder"
cp "$(readlink -f "$(command -v grpcos)")" "$folder/grpcos"
exec grpcos gateway run --socket "$folder/gateway.sock"
