/* A persistent program that does no work: the response is the request. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(void) {
  char *line = NULL;
  size_t room = 0;
  while (getline(&line, &room, stdin) > 0) {
    /* {"id":1,"method":…,"request":{…}}, in this order; no field's value has an unescaped quote */
    const char *request = strstr(line, ",\"request\":");
    if (request == NULL) return 1;
    printf("{\"id\":%ld,\"response\":%s", strtol(line + strlen("{\"id\":"), NULL, 10),
           request + strlen(",\"request\":"));
    fflush(stdout);
  }
  free(line);
  return 0;
}
