#!/bin/sh
# A SPIFFE Workload API for tests: sends svid.json, and again when it changes.
case $GRPCOS_METADATA in
*'"workload.spiffe.io":["true"]'*) ;;
*) exit 67 ;; # INVALID_ARGUMENT
esac
last=
while :; do
  now=$(cat svid.json)
  [ "$now" = "$last" ] || printf '%s\n' "$now"
  last=$now
  sleep 0.05
done
