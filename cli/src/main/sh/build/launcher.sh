#!/bin/sh
# Compiles bin/grpcos, the launcher.
# Usage: [CC=cc] launcher.sh FILE FLAG…
set -eu
file=$1
shift
c=${0%/sh/*}/c
cc=${CC:-cc}
set -- -std=c11 -O2 -Wall -Wextra -Werror "$@" -o "$file" "$c/grpcos.c"

# The launcher has its own C library, libc.c, and starts several times faster with it. A static
# program runs in any container.
if ! errors=$("$cc" -static -nostdlib -ffreestanding -fstack-protector-strong -mstack-protector-guard=global \
  -fno-pie -no-pie -U_FORTIFY_SOURCE "$@" "$c/libc.c" 2>&1); then
  printf '%s\n[WARNING] the launcher is compiled with the C library of this system: each command starts slower\n' \
    "$errors" >&2
  "$cc" -static "$@" 2>/dev/null || "$cc" "$@" # some systems have no static library
fi
