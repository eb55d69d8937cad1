#!/usr/bin/awk -f
# Many calls, one line each: {"id":1,…,"request":{"text":"…"}} comes, {"id":1,"response":{…}} goes.
{
  id = $0
  sub(/^\{"id":/, "", id)
  sub(/,.*/, "", id)
  text = $0
  sub(/.*"request":\{("text":")?/, "", text)
  sub(/"?\}\}$/, "", text)
  gsub(/\\[nrt]/, " ", text)
  printf "{\"id\":%s,\"response\":{\"words\":%d}}\n", id, split(text, words, " ")
  fflush() # a pipe is no terminal: without it the answer stays here
}
