#!/usr/bin/awk -f
# Puts the replies of a session in the order of its calls, which calls.awk numbers from 1.
{
  id = $0
  sub(/^\{"id":/, "", id)
  sub(/,.*/, "", id)
  reply[id] = match($0, /"message":"Hello [^"]*"/) ? substr($0, RSTART + 11, RLENGTH - 12) : "failed"
}

END {
  for (i = 1; i <= NR; i++) print i ": " reply[i]
}
