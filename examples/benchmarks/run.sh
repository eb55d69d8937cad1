#!/usr/bin/env bash
# Measures what grpcos costs, as ratios to references that are measured in the same run.
# README.md, in this folder, describes how each row is measured.
set -euo pipefail

all='call first batch stream upstream tap http exec version start memory schema curve'
usage() {
  cat <<END
Usage: run.sh [--quick] [--only ROW…] [--out DIR]
Measures the budgets of grpcos and prints a table; also writes it to DIR/results.md, and a plot to DIR/curve.svg.

  --quick     small counts: shows that all works, not how fast
  --only ROW  these rows alone, of: $all
  --out DIR   default: target, in this script's folder
END
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
log=/dev/null quick=0 out=$here/target rows=''
# shellcheck source=measure.sh
. "$here/measure.sh"
# shellcheck source=servers.sh
. "$here/servers.sh"
for name in $all; do
  # shellcheck source=/dev/null
  . "$here/rows/$name.sh"
done

while [ $# -gt 0 ]; do
  case $1 in
    --quick) quick=1 ;;
    --only)
      while [ $# -gt 1 ] && [[ $2 != -* ]]; do
        [[ " $all " == *" $2 "* ]] || die "no row '$2': rows are $all"
        rows+=" $2"
        shift
      done
      [ -n "$rows" ] || die "--only needs a row: rows are $all"
      ;;
    --out)
      [ $# -gt 1 ] || die '--out needs a folder'
      out=$2
      shift
      ;;
    --help) usage && exit ;;
    *) usage >&2 && exit 2 ;;
  esac
  shift
done
[ "${BASH_VERSINFO[0]}" -ge 5 ] || die "bash $BASH_VERSION has no clock: run it with bash 5 or newer"

# a quick run need not be fast once it is warm
quick_flags=()
[ "$quick" = 0 ] || quick_flags=(-XX:TieredStopAtLevel=1 -XX:+UseSerialGC)

root=$(cd "$here/../.." && pwd)
grpcos=$root/cli/target/grpcos/bin/grpcos lib=$root/cli/target/grpcos/lib classes=$root/examples/target/classes
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
[ -x "$grpcos" ] && [ -e "$classes/dev/grpcos/benchmarks/Empty.class" ] ||
  die "nothing to measure: first run 'mvn -q -DskipTests package' in $root"

# settings of the user must not affect the run, and the shell and awk must agree on the decimal point
unset "${!GRPCOS_@}" JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS
export LC_ALL=C
work=$(mktemp -d) samples=$work/samples table=$work/table.md never=$work/never
export HOME=$work XDG_CONFIG_HOME=$work
if [ "$quick" = 1 ]; then
  mkdir "$work/grpcos"
  echo 'warmup: false' >"$work/grpcos/gateway.yaml"
  export GRPCOS_JAVA_OPTS=${quick_flags[0]}
fi
trap 'stop_servers; rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
mkdir -p "$out" "$samples"
out=$(cd "$out" && pwd)
log=$out/log
: >"$log"
mkfifo "$never"

load() {
  cut -d' ' -f1-3 /proc/loadavg
}

before=$(load)
for name in ${rows:-$all}; do
  printf 'measuring: %s\n' "$name" >&2
  "row_$name"
done

{
  echo '| what | measured | beside | ratio | at most | |'
  echo '| --- | ---: | --- | ---: | ---: | --- |'
  cat "$table" 2>/dev/null || true
  echo
  if [ -e "$work/beside.md" ]; then
    cat "$work/beside.md"
    echo
  fi
  echo "$(date -u +%F), $(nproc) × $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)," \
    "$(uname -sr), Java $("$java" -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.runtime\.version = //p')," \
    "load before $before and after $(load)" \
    "$([ "$quick" = 0 ] || echo '; a quick run, whose numbers say little')"
} | tee "$out/results.md"
