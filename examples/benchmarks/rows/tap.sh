# Calls through a gateway with 100 taps that read nothing, compared with the same calls without a tap.

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

# tap_start: starts the client of the taps, which waits for commands
tap_start() {
  mkfifo "$work/taps.in" "$work/taps.out"
  # Not a function: its process would be a shell, which would end and leave the JVM behind.
  "$java" "${quick_flags[@]}" -Djava.library.path="$lib" -cp "$classes:$lib/*" \
    dev.grpcos.benchmarks.SilentTaps "$work/tap.sock" "$tap_number" <"$work/taps.in" >"$work/taps.out" 2>>"$log" &
  servers+=("$!")
  exec {taps_in}>"$work/taps.in" {taps_out}<"$work/taps.out"
}

# taps COMMAND: opens or closes all taps
taps() {
  local done
  echo "$1" >&"$taps_in"
  read -r done <&"$taps_out" || die 'the taps ended'
}

# tap_row WHAT NAME: a row for the samples with and without taps. The speed of a machine drifts, so the ratio is the
# median of the rounds' ratios.
tap_row() {
  paste "$samples/tapped_$2" "$samples/untapped_$2" | awk '{ print $1 / $2 }' >"$samples/tap_ratio"
  row "$1" "$(printf '%.0f µs' "$(median "tapped_$2")")" \
    "without a tap, $(printf '%.0f µs' "$(median "untapped_$2")")" \
    "$(printf '%.2f' "$(median tap_ratio)")" 1.05
}

row_tap() {
  local rounds=$((quick ? 1 : 15)) round calls=$((quick ? 500 : 30000)) first='' last=''
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
  tap_start
  # Four rounds warm up the JVMs and do not count. In the first ones, tapped calls refute assumptions of the
  # compiler about all calls, and it compiles their code again.
  for ((round = quick ? 1 : -3; round <= rounds; round++)); do
    tap_load fills "$((calls / 3))" # after the end of the previous taps
    tap_load untapped "$calls"
    taps open
    tap_load fills "$((2 * calls))" # and the queues of the taps, which takes up to a second
    tap_load tapped "$calls"
    [ "$round" != 1 ] || first=$(resident "$gateway")
    [ "$round" != "$rounds" ] || last=$(resident "$gateway")
    taps close
    [ "$round" -gt 0 ] || (cd "$samples" && rm -f -- untapped_* tapped_*)
  done
  exec {taps_in}>&- {taps_out}<&-
  rm "$work/taps.in" "$work/taps.out"
  stop_servers
  tap_row "a unary call through an upstream $what, median" median
  tap_row 'the same, p99' p99
  tap_row 'CPU time of the gateway for it' cpu
  row "resident gateway $what, at the end" "$last MiB" "after the first round, $first MiB" "$(ratio "$last" "$first")" 1.05
}
