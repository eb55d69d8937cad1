# The pairs of neighbours.tsv: their requirements and addresses, and how to start and stop them.
# Sourced by run.sh and try.sh.

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
pairs=$here work='' pid='' broker='' port_of_nats='' gateway='' address=()

die() {
  printf '%s: %s\n' "${0##*/}" "$1" >&2
  exit 1
}

# prepare: creates a temporary folder, selects the command of this build, and removes settings of the user
prepare() {
  [ "${BASH_VERSINFO[0]}" -ge 5 ] || die "bash $BASH_VERSION has no clock: run it with bash 5 or newer"
  unset "${!GRPCOS_@}" JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS http_proxy
  [ ! -x "$root/cli/target/grpcos/bin/grpcos" ] || PATH=$root/cli/target/grpcos/bin:$PATH
  export PATH LC_ALL=C.UTF-8
  work=$(mktemp -d)
  export HOME=$work XDG_CONFIG_HOME=$work GRPCOS_SOCKET=$work/gateway.sock
  trap 'clean_up; rm -rf "$work"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  mkfifo "$work/greetings" "$work/never"
  exec {greetings}<>"$work/greetings" {never}<>"$work/never"
}

clean_up() {
  stop
  [ -z "$broker$gateway" ] || kill ${broker:+"$broker"} ${gateway:+"$gateway"} 2>/dev/null || true
  wait
}

# nap SECONDS: a sleep that starts no process
nap() {
  read -rt "$1" <&"$never" || true
}

# folders: the names of all pairs
folders() {
  tail -n +2 "$here/neighbours.tsv" | cut -f1
}

# load FOLDER: sets name, place, direction, synchronous, typed, who, absent, meets and tools
load() {
  local line
  line=$(grep -P "^$1\t" "$here/neighbours.tsv") || die "no pair '$1': there are $(folders | xargs)"
  IFS=$'\t' read -r folder name place direction synchronous typed who absent meets tools <<<"$line"
  if [ "$folder" = pipe ]; then
    kind=pipe
  elif compgen -G "$here/$folder/sender.*" >/dev/null; then
    kind=one-way
  else
    kind=call
  fi
  set -- "$pairs/$folder"/{receiver,server}.* "$pairs/$folder"/{sender,client}.*
  local script
  for script; do
    case $script in
      *'*') ;;
      */receiver.* | */server.*) server=$script ;;
      *) client=$script ;;
    esac
  done
}

# missing: prints the first of the loaded pair's tools that is not installed
missing() {
  local tool
  for tool in $tools; do
    case $tool in
      -) ;;
      launcher) grep -qc $'^\x7fELF' "$(command -v grpcos)" || { echo "the C launcher" && return; } ;;
      *) command -v "$tool" >/dev/null || { echo "$tool" && return; } ;;
    esac
  done
}

# meet: sets the address of the loaded pair for its scripts, and starts the other processes that it requires
meet() {
  local at=$work/$folder
  mkdir -p "$at"
  case $meets in
    -) address=() ;;
    FILE) address=("$at/greeting") ;;
    MEMORY) # in a folder, because /dev/shm itself may protect files from other users regardless of their mode
      address=("/dev/shm/${work##*/}/greeting")
      mkdir -p "${address[0]%/*}"
      ;;
    KEY) address=("$((RANDOM * 32768 + RANDOM + 1))") ;;
    SOCKET) address=("$at/gateway.sock") ;;
    FOLDER) address=("$at/private") ;;
    PORT) address=("$(free_port)") ;;
    PORT+FOLDER) address=("$(free_port)" "$at/private") ;;
    NATS)
      start_broker
      address=("$port_of_nats")
      ;;
  esac
  case $folder in
    # for the network; it also keeps the connections of the client between calls
    grpc-network | grpc-tls) start_gateway ;;
  esac
}

start_broker() {
  [ -z "$broker" ] || return 0
  port_of_nats=$(free_port)
  nats-server -a 127.0.0.1 -p "$port_of_nats" 2>"$work/nats.log" &
  broker=$!
  await "$broker" "$work/nats.log" open_port "$port_of_nats"
}

start_gateway() {
  [ -z "$gateway" ] || return 0
  grpcos gateway run 2>"$work/gateway.log" &
  gateway=$!
  await "$gateway" "$work/gateway.log" test -S "$GRPCOS_SOCKET"
}

# await PID LOG COMMAND…: waits until the command succeeds, at most two minutes and while the process runs
await() {
  local process=$1 log=$2 end=$((SECONDS + 120))
  shift 2
  until "$@"; do
    kill -0 "$process" 2>/dev/null && [ "$SECONDS" -lt "$end" ] || die "$(tail -n 1 "$log")"
    nap 0.02
  done
}

open_port() {
  (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

free_port() {
  local port
  while port=$((20000 + RANDOM % 12000)) && open_port "$port"; do :; done
  echo "$port"
}

# start: starts the loaded pair's receiver or server, and returns once it has greeted
start() {
  meet
  [ "$kind" != pipe ] || return 0
  local end=$((SECONDS + 120)) greeting=''
  while read -rt 0.001 <&"$greetings"; do :; done # late greetings of the previous pair
  serve
  until [[ $greeting = *'"Hello ready"'* ]]; do
    kill -0 "$pid" 2>/dev/null && [ "$SECONDS" -lt "$end" ] || die "$folder: $(cat "$work/log")"
    if [ "$kind" = one-way ]; then
      echo '{"name":"ready"}' | "$client" "${address[@]}" 2>/dev/null || nap 0.05
      read -rt 0.2 greeting <&"$greetings" || true
    else
      greeting=$(echo '{"name":"ready"}' | "$client" "${address[@]}" 2>/dev/null) || nap 0.02
    fi
  done
}

# serve: only starts the receiver or server
serve() {
  "$server" "${address[@]}" >"$work/greetings" 2>"$work/log" </dev/null &
  pid=$!
}

# stop: ends the receiver or server, and removes what it leaves behind
stop() {
  if [ -n "$pid" ]; then
    kill "$pid" 2>/dev/null || true
    kill -CONT "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
    pid=''
  fi
  [ "${meets-}" != KEY ] || [ ${#address[@]} = 0 ] || ipcrm -Q "${address[0]}" 2>/dev/null || true
  [ "${meets-}" != MEMORY ] || rm -rf "/dev/shm/${work##*/}"
  address=()
}
