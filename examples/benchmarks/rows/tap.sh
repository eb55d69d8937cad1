# Calls through a gateway that 100 taps watch which read nothing, compared with the same calls without a tap.

tap_number=100

# tap_load NAME CALLS: makes calls, and appends their median and p99 and the gateway's CPU time of a call to the
# samples of NAME, in microseconds
tap_load() {
  local before
  before=$(cpu_time "$gateway")
  h2load_calls tap_rate "$2" --log-file="$work/tap.log" --base-uri="unix:$work/tap.sock" -c 4 -m 4 -t 1 \
    -H 'content-type: application/grpc' -H 'te: trailers' -d "$work/request.bin" "http://localhost/large.f0.Echo/Call"
  awk -v time="$(($(cpu_time "$gateway") - before))" -v calls="$2" 'BEGIN { print time / calls }' >>"$samples/$1_cpu"
  cut -f3 "$work/tap.log" >"$samples/tap_each"
  rm "$work/tap.log" # h2load appends
  percentile tap_each 50 >>"$samples/$1_median"
  percentile tap_each 99 >>"$samples/$1_p99"
}

# cpu_time PID: prints the microseconds of CPU time that a process has used
cpu_time() {
  # the name of the program, in parentheses, may contain spaces
  sed 's/.*) //' "/proc/$1/stat" | awk -v ticks="$(getconf CLK_TCK)" '{ printf "%.0f", ($12 + $13) * 1e6 / ticks }'
}

# tap_open: opens the taps; $taps is the pid of their client
tap_open() {
  # Not a function: its process would be a shell, which would end and leave the JVM behind.
  "$java" "${quick_flags[@]}" -Djava.library.path="$lib" -cp "$classes:$lib/*" \
    dev.grpcos.benchmarks.SilentTaps "$work/tap.sock" "$tap_number" >"$work/taps" 2>>"$log" &
  taps=$!
  servers+=("$taps")
  until [ -s "$work/taps" ]; do
    kill -0 "$taps" 2>/dev/null || die 'the taps ended'
    read -rt 0.002 <>"$never" || true
  done
}

tap_close() {
  kill "$taps"
  wait "$taps" 2>/dev/null || true
  unset 'servers[-1]'
  rm "$work/taps"
}

# tap_row WHAT NAME: a row for the medians of the samples with and without taps
tap_row() {
  local with without
  with=$(median "tapped_$2") without=$(median "untapped_$2")
  row "$1" "$(printf '%.0f µs' "$with")" "without a tap, $(printf '%.0f µs' "$without")" "$(ratio "$with" "$without")" 1.05
}

row_tap() {
  local rounds=$((quick ? 1 : 5)) round calls=$((quick ? 500 : 50000)) first='' last=''
  local what="with $tap_number taps that read nothing"
  if ! command -v h2load >/dev/null; then
    row "a unary call through an upstream $what" 'not measured: no h2load' '' ''
    return
  fi
  printf '\0\0\0\0\0' >"$work/request.bin"
  start_server "$work/server.sock" 1
  printf 'upstreams:\n  - {name: server, target: "unix:%s", services: ["large.*"]}\n' "$work/server.sock" >"$work/upstream.yaml"
  start_gateway "$work/tap.sock" --config "$work/upstream.yaml"
  "$grpcos" health --socket "$work/tap.sock" --wait large.f0.Echo >/dev/null
  # The first round warms up both JVMs and does not count.
  for ((round = quick; round <= rounds; round++)); do
    tap_load fills "$calls"
    tap_load untapped "$calls"
    tap_open
    tap_load fills "$calls" # and the queues of the taps
    tap_load tapped "$calls"
    last=$(resident "$gateway") first=${first:-$last}
    tap_close
    [ "$round" != 0 ] || (cd "$samples" && rm -f -- untapped_* tapped_*)
    [ "$round" != 0 ] || first=''
  done
  stop_servers
  tap_row "a unary call through an upstream $what, median" median
  tap_row 'the same, p99' p99
  tap_row 'CPU time of the gateway for it' cpu
  row "resident gateway $what, at the end" "$last MiB" "after the first round, $first MiB" "$(ratio "$last" "$first")" 1.05
}
