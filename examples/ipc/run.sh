#!/usr/bin/env bash
# Runs each pair, measures it, and prints one table. README.md, in this folder, describes how.
set -euo pipefail

usage() {
  cat <<END
Usage: run.sh [--quick] [--only PAIR…] [--out DIR | --update]
Measures each pair and prints a table; also writes it to DIR/table.md, and the map to DIR/map.svg.

  --quick      small counts: shows that all works, not how fast
  --only PAIR  these pairs alone, of: $(folders | xargs)
  --out DIR    default: target, in this script's folder
  --update     write the table to README.md and the map to map.svg, in this script's folder
END
}

# shellcheck source=pairs.sh
. "$(dirname "${BASH_SOURCE[0]}")/pairs.sh"

quick=0 out=$here/target update=0 only=''
while [ $# -gt 0 ]; do
  case $1 in
    --quick) quick=1 ;;
    --only)
      while [ $# -gt 1 ] && [[ $2 != -* ]]; do
        (load "$2")
        only+=" $2"
        shift
      done
      [ -n "$only" ] || die "--only needs a pair: there are $(folders | xargs)"
      ;;
    --out)
      [ $# -gt 1 ] || die '--out needs a folder'
      out=$2
      shift
      ;;
    --update) update=1 ;;
    --help) usage && exit ;;
    *) usage >&2 && exit 2 ;;
  esac
  shift
done
[ "$update" = 0 ] || [ -z "$only" ] || die '--update needs all pairs: leave out --only'
prepare
[ "$quick" = 0 ] || { mkdir "$work/grpcos" && echo 'warmup: false' >"$work/grpcos/gateway.yaml"; }
mkdir -p "$out"
out=$(cd "$out" && pwd)
exchanges=$((quick ? 3 : 300)) messages=$((quick ? 50 : 10000))
yes '{"name":"world"}' 2>/dev/null | head -n "$messages" >"$work/requests" || true

# measure: sets ms, the median of one exchange, and rate, the messages a second through one process
measure() {
  local command=("$client" "${address[@]}") begin end count
  [ "$kind" != pipe ] || command=("$client" "$server")
  loop "$((quick ? 1 : exchanges / 3))" "${command[@]}" >/dev/null # with cold caches
  loop "$exchanges" "${command[@]}" >"$work/times"
  ms=$(sort -n "$work/times" | awk '{ t[NR] = $1 } END { printf "%.2f", t[int((NR + 1) / 2)] / 1000 }')

  begin=$EPOCHREALTIME
  count=$(bulk | timeout 300 grep -cxF -m "$messages" '{"message":"Hello world"}') || true
  end=$EPOCHREALTIME
  [ "$count" = "$messages" ] || die "$folder: $count greetings where there should be $messages"
  rate=$(awk -v n="$messages" -v us=$((${end/./} - ${begin/./})) 'BEGIN { print int(n * 1e6 / us) }')
}

loop() {
  local count=$1
  shift
  "$here/loop.sh" "$count" "$kind" "$work/reply" "$@" <&"$greetings"
}

# bulk: sends all requests through one process and prints the greetings
bulk() {
  case $kind in
    pipe) "$client" <"$work/requests" | "$server" ;;
    call) "$client" "${address[@]}" <"$work/requests" ;;
    one-way)
      "$client" "${address[@]}" <"$work/requests" >/dev/null &
      # ends by SIGPIPE, or with the last line
      timeout 300 grep -m "$messages" world <&"$greetings"
      wait
      ;;
  esac
}

# figures NUMBER: prints three significant digits, in groups of three
figures() {
  awk -v n="$1" 'BEGIN {
    for (unit = 1; n / unit >= 1000; unit *= 10) ;
    n = int(n / unit + 0.5) * unit
    for (text = ""; n >= 1000; n = int(n / 1000)) text = sprintf(",%03d", n % 1000) text
    print n text
  }'
}

averages() {
  cut -d' ' -f1-3 /proc/loadavg
}

before=$(averages)
for pair in ${only:-$(folders)}; do
  load "$pair"
  absent_tool=$(missing)
  if [ -n "$absent_tool" ]; then
    printf 'skipping: %s: %s is not installed\n' "$pair" "$absent_tool" >&2
    ms="not measured: $absent_tool is not installed" rate=''
  else
    printf 'measuring: %s\n' "$pair" >&2
    start
    measure
    stop
    rate=$(figures "$rate")
  fi
  printf '| [%s](%s) | %s | %s | %s | %s | %s | %s | %s |\n' "$name" "$folder" "$direction" "$synchronous" \
    "$typed" "$who" "$absent" "$ms" "$rate" >>"$work/table.md"
  printf '%s\t' "$folder" "$name" "$place" "$synchronous" "$typed" "$ms" >>"$work/figures.tsv"
  printf '%s\n' "$rate" >>"$work/figures.tsv"
done

{
  echo '| way | direction | synchronous | typed | who may connect | the other side is absent | one exchange, ms | messages a second |'
  echo '| --- | --- | --- | --- | --- | --- | ---: | ---: |'
  cat "$work/table.md"
  echo
  echo "$(date -u +%F), $(nproc) × $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)," \
    "$(uname -sr), load before $before and after $(averages)$(
      [ "$quick" = 0 ] || echo '; a quick run, whose numbers say little'
    )."
} | tee "$out/table.md"
awk -f "$here/map.awk" "$work/figures.tsv" >"$out/map.svg"

if [ "$update" = 1 ]; then
  awk -v table="$out/table.md" '
    /^<!-- end of the table -->/ { inside = 0 }
    !inside { print }
    /^<!-- the table/ { inside = 1; while ((getline line < table) > 0) print line }
  ' "$here/README.md" >"$work/README.md"
  cp "$work/README.md" "$here/README.md"
  cp "$out/map.svg" "$here/map.svg"
fi
