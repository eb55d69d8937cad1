#!/bin/sh
# Compiles grpcos-exec, which runs the programs of exec services.
# Usage: keeper.sh FILE
set -eu
source=${0%/sh/*}/c/grpcos-exec.c
if ! command -v cc >/dev/null; then
  echo '[WARNING] no C compiler (cc): services whose methods are programs cannot be configured' >&2
  exit
fi
mkdir -p "${1%/*}"
rm -f "$1" # a running program cannot be overwritten
# a static program forks and starts faster; some systems lack a static libc
set -- -std=c11 -O2 -Wall -Wextra -Werror -o "$1" "$source"
cc -static "$@" 2>/dev/null || cc "$@"
