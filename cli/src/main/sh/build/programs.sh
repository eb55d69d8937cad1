#!/bin/sh
# Puts the programs that a gateway starts into the distribution: protoc, which Maven has copied
# there, and grpcos-exec. Tests inside the JVM use them before the distribution is complete.
# Usage: programs.sh LIB
set -eu
chmod 755 "$1/protoc"
sh "${0%/*}/../../../../../gateway/src/main/sh/keeper.sh" "$1/grpcos-exec"
