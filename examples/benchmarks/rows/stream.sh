# Measures a long stream of small messages to stdout.

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

stream_json_both() {
  requests "$stream_messages" | java_main "$classes:$lib/*" JsonFormatLoop | lines "$stream_messages"
}

# The same with one message, to measure the start.
stream_call_start() { stream_messages=1 stream_call; }
stream_cold_start() { stream_messages=1 stream_cold; }
stream_gateway_start() { stream_messages=1 stream_gateway; }
stream_json_start() { stream_messages=1 stream_json; }
stream_json_both_start() { stream_messages=1 stream_json_both; }

# stream_compare WHAT NAME REFERENCE [BOUND]: adds a row, with the starts subtracted
stream_compare() {
  local a b
  a=$(($(median "$2") - $(median "$2_start"))) b=$(($(median "$3") - $(median "$3_start")))
  if [ "$a" -le 0 ] || [ "$b" -le 0 ]; then
    row "$1" 'too few messages to tell from the start' '' '' "${4-}"
  else
    row "$1" "$(show "$a")" "\`JsonFormat\` in a loop, $(show "$b")" "$(ratio "$a" "$b")" "${4-}"
  fi
}

row_stream() {
  local stream_messages=$((quick ? 2000 : 1000000))
  stream_socket=$work/stream.sock stream_gateway_socket=$work/stream-gateway.sock
  start_gateway "$stream_gateway_socket"
  # The server is not measured but shares the machine, so it must use little CPU: it runs with the cheapest
  # garbage collector and without Netty's leak detection.
  start_server "$stream_socket" 1 -XX:+UseSerialGC -Dio.netty.leakDetection.level=disabled
  alternate $((quick ? 1 : 5)) stream_call stream_json stream_gateway stream_json_both stream_cold \
    stream_call_start stream_json_start stream_gateway_start stream_json_both_start stream_cold_start
  stop_servers
  stream_compare "server stream of $stream_messages small messages to stdout" stream_call stream_json 1.5
  stream_compare "bidirectional stream of $stream_messages through the gateway, stdin to stdout" \
    stream_gateway stream_json_both 2
  stream_compare 'the server stream with no gateway to serve the command (`GRPCOS_COLD=1`)' \
    stream_cold stream_json
}
