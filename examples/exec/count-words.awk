#!/usr/bin/awk -f
# One call: {"text":"…"} comes, {"words":…} goes.
{
  sub(/^\{("text":")?/, "")
  sub(/"?\}$/, "")
  gsub(/\\[nrt]/, " ")
  printf "{\"words\":%d}\n", NF
}
