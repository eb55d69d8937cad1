#!/usr/bin/awk -f
# One call: reads {"text":"…"} and prints {"words":…}.
{
  sub(/^\{("text":")?/, "")
  sub(/"?\}$/, "")
  gsub(/\\[nrt]/, " ")
  printf "{\"words\":%d}\n", NF
}
