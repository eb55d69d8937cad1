#!/bin/sh
# Creates the distribution's class data archives if their inputs have changed.
# Usage: JAVA_HOME=… archive.sh DISTRIBUTION STAMP
set -eu
lib=$1/lib stamp=$2
inputs=$(cat "$lib"/*.jar "$lib"/grpcos-jvm "$lib"/grpcos-archive "$JAVA_HOME/release" | cksum)
[ -f "$stamp" ] && [ "$(cat "$stamp")" = "$inputs" ] && exit
rm -f "$stamp" "$lib"/*.jsa "$lib"/*.aot
"$lib/grpcos-archive"
echo "$inputs" >"$stamp"
