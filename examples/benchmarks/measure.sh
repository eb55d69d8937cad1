# Measures times and prints their statistics. Sourced by run.sh.
#
# Times are in microseconds, one per line, in files under $samples.

# Ends the run with an error and the tail of the log.
die() {
  printf 'run.sh: %s\n' "$1" >&2
  [ ! -s "$log" ] || tail -n 20 "$log" >&2
  exit 1
}

# timed FILE COMMAND…: appends the time of a command that must succeed.
timed() {
  local file=$1 begin end
  shift
  begin=$EPOCHREALTIME
  "$@" 2>>"$log" || die "'$*' failed with code $?"
  end=$EPOCHREALTIME
  echo $((${end/./} - ${begin/./})) >>"$samples/$file"
}

# alternate ROUNDS FUNCTION…: times each function in turn, A B A B …, into a file of its name. A first
# round, with cold caches, does not count; a quick run has no such round.
alternate() {
  local rounds=$1 round name
  shift
  for ((round = quick; round <= rounds; round++)); do
    for name in "$@"; do
      timed "$name" "$name"
    done
    [ "$round" != 0 ] || (cd "$samples" && rm -- "$@")
  done
}

# lines COUNT: fails if stdin has another number of lines
lines() {
  local count
  count=$(wc -l)
  [ "$count" -eq "$1" ] || {
    echo "$count lines where there should be $1" >&2
    return 1
  }
}

# requests COUNT: prints COUNT lines of JSON
requests() (
  set +o pipefail # "yes" ends by SIGPIPE
  yes '{"name":"world"}' | head -n "$1"
)

# percentile FILE PERCENT: the nearest rank
percentile() {
  sort -n "$samples/$1" | awk -v p="$2" '
    { time[NR] = $1 }
    END { rank = int(NR * p / 100); if (rank < NR * p / 100) rank++; print time[rank < 1 ? 1 : rank] }'
}

median() {
  percentile "$1" 50
}

# show MICROSECONDS: prints a time with its unit
show() {
  awk -v us="$1" 'BEGIN {
    if (us >= 10e6) printf "%.1f s", us / 1e6
    else if (us >= 1e6) printf "%.2f s", us / 1e6
    else if (us >= 10e3) printf "%.0f ms", us / 1e3
    else printf "%.2f ms", us / 1e3 }'
}

# row WHAT MEASURED REFERENCE RATIO [BOUND [UNIT]]: a line of the table. The ratio is a number, or
# empty if there is none; a row without a bound is for comparison only.
row() {
  local ratio=$4 bound=${5-} unit=${6-×} mark=–
  if [ -n "$ratio" ] && [ -n "$bound" ]; then
    mark=$(awk -v r="$ratio" -v b="$bound" 'BEGIN { print r <= b ? "PASS" : "over budget" }')
  fi
  printf '| %s | %s | %s | %s | %s | %s |\n' "$1" "$2" "$3" \
    "${ratio:+$ratio $unit}" "${bound:+$bound $unit}" "$mark" >>"$table"
}

# compare WHAT A B B-NAME [BOUND]: a row for the medians of two files
compare() {
  local a b
  a=$(median "$2") b=$(median "$3")
  row "$1" "$(show "$a")" "$4, $(show "$b")" "$(ratio "$a" "$b")" "${5-}"
}

ratio() {
  awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'
}

# h2load_calls NAME CALLS OPTION…: makes calls that must all succeed, and appends their number a second to the
# samples of NAME
h2load_calls() {
  local name=$1 calls=$2
  shift 2
  h2load -n "$calls" "$@" >"$work/h2load" 2>>"$log" || die 'h2load failed'
  grep -q " $calls succeeded" "$work/h2load" || {
    cat "$work/h2load" >>"$log"
    die "not every call of '$name' succeeded"
  }
  sed -n 's/^finished in .*, \([0-9.]*\) req\/s.*/\1/p' "$work/h2load" >>"$samples/$name"
}

# rate_row WHAT MEASURED BESIDE REFERENCE [BOUND]: a row for rates. A higher ratio is better, so the bound is a minimum
rate_row() {
  local mark=–
  [ -z "${5-}" ] || mark=$(awk -v a="$2" -v b="$4" -v c="$5" 'BEGIN { print (a / b >= c ? "PASS" : "over budget") }')
  printf '| %s | %.0f | %s, %.0f | %s × | %s | %s |\n' \
    "$1" "$2" "$3" "$4" "$(ratio "$2" "$4")" "${5:+at least $5 ×}" "$mark" >>"$table"
}
