#!/usr/bin/env bash
# Builds grpcos if necessary, starts a gateway on a private socket, calls it from a pipeline and stops it.
# Prints each command before it runs, and leaves nothing behind but the build.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
export PATH=$root/cli/target/grpcos/bin:$PATH

run() {
  printf '+ %s\n' "$1"
  eval "$1"
}

if ! [ -x "$root/cli/target/grpcos/bin/grpcos" ]; then
  (cd -- "$root" && run 'mvn -q -DskipTests package')
fi

folder=$(mktemp -d "${TMPDIR:-/tmp}/grpcos.XXXXXX")
export GRPCOS_SOCKET=$folder/gateway.sock

started=
clean_up() {
  if [ "$started" ]; then
    # waits for a gateway that is still starting, which would otherwise outlive its folder
    grpcos health --wait=60s && grpcos gateway stop || true
  fi
  rm -rf -- "$folder"
}
trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

started=yes
run 'grpcos gateway start'
run 'grpcos list'
run 'grpcos describe Greeter/SayHello'
run "echo '{\"name\":\"world\"}' | grpcos call Greeter/SayHello"
run "printf '{\"name\":\"%s\"}\\n' Ada Grace Linus | grpcos call Greeter/SayHello | tac"
run 'grpcos call Greeter/SayHelloStreamReply name=world --limit 2'
run 'grpcos gateway stop'
started=
