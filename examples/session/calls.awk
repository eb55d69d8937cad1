#!/usr/bin/awk -f
# Turns each line of text into a call, as a line for a session. The id is the number of the line.
{
  gsub(/["\\]/, "\\\\&")
  printf "{\"id\":%d,\"method\":\"Greeter/SayHello\",\"request\":{\"name\":\"%s\"}}\n", NR, $0
}
