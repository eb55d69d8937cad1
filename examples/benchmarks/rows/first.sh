# The first calls after a gateway's start, in the same loop as row call.

# nth FILE N: prints the Nth time of a file
nth() {
  sed -n "$2p" "$samples/$1"
}

row_first() {
  local rounds=$((quick ? 1 : 5)) calls=$((quick ? 20 : 1000)) round n floor socket=$work/first.sock
  if ! cc -O2 -static -o "$work/nothing" "$here/nothing.c" 2>>"$log"; then
    row 'the first calls after a start' '' 'not measured: no C compiler that links statically' ''
    return
  fi
  for ((round = 1; round <= rounds; round++)); do
    "$grpcos" gateway start --socket "$socket" >/dev/null 2>>"$log" || die 'no gateway starts'
    sleep $((quick ? 0 : 2))
    : >"$samples/first.round"
    for ((n = 0; n < calls; n += 20)); do
      "$here/loop.sh" 20 "$grpcos" call --socket "$socket" Greeter/SayHello >>"$samples/first.round" 2>>"$log" ||
        die 'a first call failed'
      "$here/loop.sh" 5 "$work/nothing" >>"$samples/first nothing"
    done
    "$grpcos" gateway stop --socket "$socket" 2>>"$log" || die 'the gateway does not stop'
    nth first.round 1 >>"$samples/first 1"
    nth first.round 20 >>"$samples/first 20"
    median first.round >>"$samples/first all"
  done
  floor=$(median 'first nothing')
  for n in 1:12 20:4 all:2.2; do
    row "$(case ${n%:*} in all) echo "the first $calls calls, median" ;; *) echo "call ${n%:*} after a gateway's start" ;; esac)" \
      "$(show "$(median "first ${n%:*}")")" "a static program that does nothing, $(show "$floor")" \
      "$(ratio "$(median "first ${n%:*}")" "$floor")" "${n#*:}"
  done
}
