# One call from a script, in a loop, compared with other programs in the same loop.

# tool NAME RIGHT COMMAND…: measures a command if it is installed and its answer matches RIGHT
tool() {
  local name=$1 right=$2
  shift 2
  if ! command -v "$1" >/dev/null; then
    beside "$name" 'not installed'
  elif ! echo '{"name":"world"}' | "$@" >"$work/answer" 2>>"$log" || ! grep -q "$right" "$work/answer"; then
    beside "$name" 'installed, but gave no right answer here'
  else
    take "$name" "$@"
  fi
}

# take NAME COMMAND…: adds a command to the timed tools, for a share of the calls
take() {
  tools+=("$1")
  shares+=("$share")
  declare -n command=command_${#tools[@]}
  command=("${@:2}")
}

# beside NAME TEXT: adds a line without numbers to the second table
beside() {
  printf '| %s | %s | | | |\n' "$1" "$2" >>"$work/missing.md"
}

row_call() {
  local calls=$((quick ? 20 : 1000)) block=$((quick ? 10 : 50)) socket=$work/call.sock
  local b t n share median p99 times floor=''
  tools=() shares=()
  : >"$work/missing.md"
  start_gateway "$socket"
  share=1
  if cc -O2 -static -o "$work/nothing" "$here/nothing.c" 2>>"$log"; then
    take nothing "$work/nothing"
  fi
  tool grpcos '"Hello world"' "$grpcos" call --socket "$socket" Greeter/SayHello
  share=10
  tool 'curl --version' curl curl --version
  tool 'jq .' world jq .
  tool 'curl with JSON' 'Hello world' curl -sS --unix-socket "$socket" -d @- http://grpcos/helloworld.Greeter/SayHello
  tool grpcurl 'Hello world' grpcurl -plaintext -unix -authority localhost -d @ "$socket" \
    helloworld.Greeter/SayHello
  tool 'buf curl' 'Hello world' buf curl --unix-socket "$socket" --protocol grpc \
    --http2-prior-knowledge -d @- http://localhost/helloworld.Greeter/SayHello
  tool ghz '\[OK\]' ghz --insecure --authority localhost --call helloworld.Greeter.SayHello \
    -n 1 -c 1 --data=@ "unix:$socket"
  share=50
  tool 'grpcos, cold' 'Hello world' env GRPCOS_COLD=1 "$grpcos" call --socket "$socket" Greeter/SayHello

  "$here/loop.sh" "$calls" "$grpcos" call --socket "$socket" Greeter/SayHello >/dev/null 2>>"$log"
  for ((b = 0; b < calls; b += block)); do
    for ((t = 1; t <= ${#tools[@]}; t++)); do
      declare -n command=command_$t
      n=$((block / shares[t - 1]))
      "$here/loop.sh" $((n ? n : 1)) "${command[@]}" >>"$samples/loop ${tools[t - 1]}" 2>>"$log" ||
        die "'${command[*]}' failed"
    done
  done
  stop_servers

  median=$(median 'loop grpcos') p99=$(percentile 'loop grpcos' 99)
  if [ -e "$samples/loop nothing" ]; then
    floor=$(median 'loop nothing')
    row "\`echo JSON \\| grpcos call Greeter/SayHello\`, median of $calls" "$(show "$median")" \
      "a static program that does nothing, $(show "$floor")" "$(ratio "$median" "$floor")" 2
  else
    row "\`echo JSON \\| grpcos call Greeter/SayHello\`, median of $calls" "$(show "$median")" \
      'not measured: no C compiler that links statically' '' 2
  fi
  row 'the same, p99' "$(show "$p99")" "its median, $(show "$median")" "$(ratio "$p99" "$median")" 3

  {
    echo '| one call in a loop | calls | median | p99 | median × that of nothing |'
    echo '| --- | ---: | ---: | ---: | ---: |'
    for t in "${tools[@]}"; do
      times="loop $t"
      printf '| %s | %s | %s | %s | %s |\n' "$t" "$(wc -l <"$samples/$times")" \
        "$(show "$(median "$times")")" "$(show "$(percentile "$times" 99)")" \
        "${floor:+$(ratio "$(median "$times")" "$floor")}"
    done
    cat "$work/missing.md"
  } >"$work/beside.md"
}
