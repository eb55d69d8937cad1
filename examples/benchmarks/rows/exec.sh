# Methods that are programs: one process per call, and one process for many calls.

# exec_call NAME METHOD COUNT: makes COUNT calls, one after the other, on one connection
exec_call() {
  local time
  printf '%s %d\n' "$2" "$3" >&"${exec_client[1]}"
  read -r time <&"${exec_client[0]}" || die "calls of $2 failed"
  exec_sample "$1" "$time" "$3"
}

# exec_spawn COUNT: runs the program alone
exec_spawn() {
  local time
  time=$("$work/spawn" "$1" /bin/cat 2>>"$log") || die 'spawn failed'
  exec_sample exec_spawn "$time" "$1"
}

# exec_sample NAME MICROSECONDS COUNT
exec_sample() {
  awk -v all="$2" -v n="$3" 'BEGIN { printf "%.1f\n", all / n }' >>"$samples/$1"
}

row_exec() {
  local rounds=$((quick ? 1 : 20)) few=$((quick ? 5 : 100)) many=$((quick ? 20 : 2000)) round
  if ! cc -O2 -static -o "$work/spawn" "$here/spawn.c" 2>>"$log" ||
    ! cc -O2 -static -o "$work/stay" "$here/stay.c" 2>>"$log"; then
    row 'a call whose method is a program' 'not measured: no C compiler that links statically' '' ''
    return
  fi
  cat >"$work/exec.yaml" <<END
services:
  - proto: [echo.proto]
    proto_path: ["$here"]
    service: benchmark.v1.Echo
    methods:
      Cat: {exec: [/bin/cat]}
      Stay: {exec: {command: ["$work/stay"], persistent: true}}
END
  start_gateway "$work/exec.sock" --config "$work/exec.yaml"
  coproc exec_client {
    exec "$java" "${quick_flags[@]}" -Djava.library.path="$lib" -cp "$classes:$lib/*" \
      dev.grpcos.benchmarks.SequentialClient "$work/exec.sock" 2>>"$log"
  }
  # warm up both JVMs
  exec_call warm benchmark.v1.Echo/Stay $((many * (quick ? 1 : 10)))
  exec_call warm benchmark.v1.Echo/Cat $((few * (quick ? 1 : 20)))
  exec_call warm helloworld.Greeter/SayHello $((many * (quick ? 1 : 10)))
  for ((round = 0; round < rounds; round++)); do
    exec_call exec_cat benchmark.v1.Echo/Cat "$few"
    exec_spawn "$few"
    exec_call exec_stay benchmark.v1.Echo/Stay "$many"
    exec_call exec_local helloworld.Greeter/SayHello "$many"
  done
  eval "exec ${exec_client[1]}>&-" # the client exits at the end of its input
  wait "$exec_client_PID" 2>/dev/null || true
  stop_servers
  compare 'a unary call whose method is `/bin/cat`' exec_cat exec_spawn 'fork, exec and wait of `/bin/cat`' 2.5
  compare 'a unary call whose method is a program that stays' exec_stay exec_local 'a built-in method' 2.2
}
