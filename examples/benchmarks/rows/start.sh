# A gateway, from start to its first answer.

start_run() {
  start_gateway "$work/start.sock"
}

start_empty() {
  java_main "$classes" Empty
}

row_start() {
  local round
  for ((round = quick; round <= (quick ? 1 : 10); round++)); do
    timed start_run start_run
    stop_servers
    timed start_empty start_empty
    [ "$round" != 0 ] || rm "$samples/start_run" "$samples/start_empty"
  done
  compare 'gateway, from start to answering' start_run start_empty 'an empty `main`' 15
}
