# The memory of a gateway.

# resident PID: prints the resident MiB after three idle seconds
resident() {
  sleep $((quick ? 0 : 3))
  awk '/^VmRSS/ { printf "%.0f", $2 / 1024 }' "/proc/$1/status"
}

row_memory() {
  local calls=$((quick ? 2000 : 1000000)) socket=$work/memory.sock rest after
  start_gateway "$socket"
  rest=$(resident "$gateway")
  requests "$calls" | "$grpcos" call --socket "$socket" -j 64 Greeter/SayHello 2>>"$log" | lines "$calls" ||
    die "$calls calls gave another number of replies"
  after=$(resident "$gateway")
  stop_servers
  row 'gateway at rest, resident' "$rest MiB" '' "$rest" 96 MiB
  row "the same after $calls calls" "$after MiB" '' "$after" 128 MiB
}
