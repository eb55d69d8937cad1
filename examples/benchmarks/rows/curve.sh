# Cost per call against the number of calls, for the plot: one process for all calls, compared with the
# loops that row_call timed.

curve_warm() {
  requests "$curve_calls" | "$grpcos" call --socket "$curve_socket" -j 64 Greeter/SayHello | lines "$curve_calls"
}

curve_cold() {
  requests "$curve_calls" | GRPCOS_COLD=1 "$grpcos" call --socket "$curve_socket" -j 64 Greeter/SayHello |
    lines "$curve_calls"
}

curve_client() {
  java_main "$classes:$lib/*" BatchClient "$curve_socket" "$curve_calls" 64 >/dev/null
}

# point NAME CALLS MICROSECONDS: milliseconds a call
point() {
  awk -v OFS='\t' -v name="$1" -v n="$2" -v us="$3" 'BEGIN { print name, n, us / n / 1000 }' >>"$out/curve.tsv"
}

row_curve() {
  local curve_calls curve_socket=$work/curve.sock file n
  local most=$((quick ? 10 : 100000))
  : >"$out/curve.tsv"
  for file in "$samples"/loop\ *; do
    [ -e "$file" ] || continue
    for ((n = 1; n <= $(wc -l <"$file"); n *= 10)); do
      point "${file##*/loop }, in a loop" "$n" "$(head -n "$n" "$file" | awk '{ sum += $1 } END { print sum }')"
    done
  done
  start_gateway "$curve_socket"
  for ((curve_calls = 1; curve_calls <= most; curve_calls *= 10)); do
    rm -f "$samples"/curve_*
    alternate $((quick ? 1 : curve_calls < 100000 ? 3 : 1)) curve_warm curve_cold curve_client
    point 'grpcos, one stdin, -j 64' "$curve_calls" "$(median curve_warm)"
    point 'the same, cold' "$curve_calls" "$(median curve_cold)"
    point 'grpc-java, generated stubs' "$curve_calls" "$(median curve_client)"
  done
  stop_servers
  awk -f "$here/plot.awk" "$out/curve.tsv" >"$out/curve.svg"
}
