#!/bin/sh
# Compiles bin/grpcos, the launcher.
# Usage: [CC=PROGRAM] launcher.sh FILE FLAG…
set -eu
file=$1
shift
c=${0%/sh/*}/c
cc=${CC:-cc}
set -- -std=c11 -O2 -Wall -Wextra -Werror "$@" -o "$file" "$c/grpcos.c"

# The launcher has its own C library, libc.c, and starts several times faster with it. A static
# program runs in any container. Without inlining, headers declare functions and do not define them.
if ! errors=$("$cc" -static -nostdlib -ffreestanding -fstack-protector-strong -mstack-protector-guard=global \
  -fno-pie -no-pie -U_FORTIFY_SOURCE -D__NO_INLINE__ "$@" "$c/libc.c" 2>&1); then
  printf '%s\n[WARNING] the launcher is compiled with the C library of this system: each command starts slower\n' \
    "$errors" >&2
  "$cc" -static "$@" 2>/dev/null || "$cc" "$@" # some systems have no static library
fi
