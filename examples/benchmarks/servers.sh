# Starts the measured servers as child processes of run.sh, which end with it. Sourced by run.sh.

servers=()

# start_gateway SOCKET [OPTION…]: returns after the first answered call; $gateway is its pid.
start_gateway() {
  "$grpcos" gateway run --socket "$@" >>"$log" 2>&1 &
  gateway=$!
  servers+=("$gateway")
  await_socket "$1" "$gateway" &&
    "$grpcos" call --socket "$1" helloworld.Greeter/SayHello -d '{}' >/dev/null
}

# start_server SOCKET FILES [FLAG…]: a BenchmarkServer with a schema of FILES files, and flags for Java
start_server() {
  # Not a function: its process would be a shell, which would end and leave the JVM behind.
  "$java" "${quick_flags[@]}" "${@:3}" -Djava.library.path="$lib" -cp "$classes:$lib/*" \
    dev.grpcos.benchmarks.BenchmarkServer "$1" "$2" >>"$log" 2>&1 &
  servers+=("$!")
  await_socket "$1" "$!"
}

# await_socket SOCKET PID: waits for the socket, at most a minute. A gateway moves its socket into place as
# its last step before it answers.
await_socket() {
  local end=$((SECONDS + 60))
  until [ -S "$1" ]; do
    if ! kill -0 "$2" 2>/dev/null || [ "$SECONDS" -ge "$end" ]; then
      echo "the server for $1 did not start" >&2
      return 1
    fi
    read -rt 0.002 <>"$never" || true # a sleep that starts no process
  done
}

stop_servers() {
  [ ${#servers[@]} = 0 ] || kill "${servers[@]}" 2>/dev/null || true
  [ ${#servers[@]} = 0 ] || wait "${servers[@]}" 2>/dev/null || true
  servers=()
}

# java_main CLASSPATH CLASS ARGUMENT…: runs a class with Java's default flags, unless the run is quick
java_main() {
  "$java" "${quick_flags[@]}" -Djava.library.path="$lib" -cp "$1" "dev.grpcos.benchmarks.$2" "${@:3}"
}
