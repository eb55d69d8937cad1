# A long stream of small messages to stdout.

stream_call() {
  GRPCOS_SOCKET=$stream_gateway_socket "$grpcos" call -t "unix:$stream_socket" \
    helloworld.Greeter/SayHelloStreamReply -d "{\"name\":\"$stream_messages\"}" | lines "$stream_messages"
}

stream_cold() { GRPCOS_COLD=1 stream_call; }

stream_gateway() {
  requests "$stream_messages" | "$grpcos" call --socket "$stream_gateway_socket" Greeter/SayHelloBidiStream |
    lines "$stream_messages"
}

stream_json() {
  java_main "$classes:$lib/*" JsonFormatLoop "$stream_messages" | lines "$stream_messages"
}

# Each with one message: its start.
stream_call_start() { stream_messages=1 stream_call; }
stream_cold_start() { stream_messages=1 stream_cold; }
stream_gateway_start() { stream_messages=1 stream_gateway; }
stream_json_start() { stream_messages=1 stream_json; }

# stream_compare WHAT NAME [BOUND]: both without their starts
stream_compare() {
  local a b
  a=$(($(median "$2") - $(median "$2_start"))) b=$(($(median stream_json) - $(median stream_json_start)))
  if [ "$a" -le 0 ] || [ "$b" -le 0 ]; then
    row "$1" 'too few messages to tell from the start' '' '' "${3-}"
  else
    row "$1" "$(show "$a")" "\`JsonFormat\` in a loop, $(show "$b")" "$(ratio "$a" "$b")" "${3-}"
  fi
}

row_stream() {
  local stream_messages=$((quick ? 2000 : 1000000))
  stream_socket=$work/stream.sock stream_gateway_socket=$work/stream-gateway.sock
  start_gateway "$stream_gateway_socket"
  start_server "$stream_socket" 1
  alternate $((quick ? 1 : 3)) stream_call stream_json stream_gateway stream_cold \
    stream_call_start stream_json_start stream_gateway_start stream_cold_start
  stop_servers
  stream_compare "server stream of $stream_messages small messages to stdout" stream_call 2
  stream_compare "bidirectional stream of $stream_messages through the gateway, stdin to stdout" stream_gateway 2
  stream_compare 'the server stream with no gateway to serve the command (`GRPCOS_COLD=1`)' stream_cold
}
