# Many calls from NDJSON on standard input.

batch_warm() {
  requests "$batch_calls" | "$grpcos" call --socket "$batch_socket" -j 64 Greeter/SayHello | lines "$batch_calls"
}

batch_cold() {
  requests "$batch_calls" | GRPCOS_COLD=1 "$grpcos" call --socket "$batch_socket" -j 64 Greeter/SayHello |
    lines "$batch_calls"
}

batch_client() {
  java_main "$classes:$lib/*" BatchClient "$batch_socket" "$batch_calls" 64 >/dev/null
}

row_batch() {
  batch_calls=$((quick ? 1000 : 100000)) batch_socket=$work/batch.sock
  start_gateway "$batch_socket"
  alternate $((quick ? 1 : 3)) batch_warm batch_client batch_cold
  stop_servers
  compare "$batch_calls unary calls from one NDJSON stdin, \`-j 64\`" batch_warm batch_client \
    'asynchronous grpc-java client with generated stubs' 0.2
  compare 'the same with no gateway to serve the command (`GRPCOS_COLD=1`)' batch_cold batch_client \
    'the same client'
}
