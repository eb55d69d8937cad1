/*
 * A gateway of another user that asks for more than it should: foreign_gateway PATH UID RECORD
 * [REQUEST...]. It listens on PATH as the user UID, prints "ready", and serves one launcher after the
 * other: it accepts the command, sends each REQUEST ("oFILE" opens and reads a file, "gNAME" asks for
 * a variable, "r" reads standard input, "wTEXT" writes to standard output, with bytes as \xHH, "i" asks
 * for signals, "s" waits for one, "CTEXT" declines the command), and writes all bytes that it gets to RECORD. It ends with its standard input.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <grp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/un.h>
#include <unistd.h>

static FILE *record;

static int read_fully(int fd, char *to, size_t n) {
  for (size_t done = 0; done < n;) {
    ssize_t got = read(fd, to + done, n - done);
    if (got <= 0) return 0;
    fwrite(to + done, 1, (size_t)got, record);
    done += (size_t)got;
  }
  fflush(record);
  return 1;
}

/* Returns the type of the next frame, or 0 at the end. */
static char frame(int fd) {
  static char payload[4 * 1024 * 1024];
  char header[5];
  uint32_t n;
  if (!read_fully(fd, header, sizeof header)) return 0;
  memcpy(&n, header + 1, sizeof n);
  n = ntohl(n);
  return n <= sizeof payload && read_fully(fd, payload, n) ? header[0] : 0;
}

static void send_frame(int fd, char type, const char *payload, uint32_t n) {
  char header[5] = {type};
  uint32_t length = htonl(n);
  memcpy(header + 1, &length, sizeof length);
  if (send(fd, header, sizeof header, MSG_NOSIGNAL) < 0) return;
  if (n > 0 && send(fd, payload, n, MSG_NOSIGNAL) < 0) return;
}

/* Copies a text with the bytes that \xHH stands for; returns their number. */
static uint32_t unescape(const char *text, char *to) {
  char *end = to;
  for (unsigned byte; *text != '\0'; end++) {
    bool escape = sscanf(text, "\\x%2x", &byte) == 1;
    *end = escape ? (char)byte : *text;
    text += escape ? 4 : 1;
  }
  return (uint32_t)(end - to);
}

static void serve(int fd, char **requests) {
  char payload[4096] = "";
  if (frame(fd) != 'H') return;
  send_frame(fd, 'A', "", 0);
  for (unsigned char id = 3; *requests != NULL; requests++, id++) {
    size_t n = strlen(*requests + 1);
    if (**requests == 'g') {
      send_frame(fd, 'g', *requests + 1, (uint32_t)n);
      if (frame(fd) == 0) return;
      continue;
    }
    if (**requests == 'r') {
      send_frame(fd, 'r', (char[8]){0, 0, 0, 0, 0, 0, 16, 0}, 8);
      if (frame(fd) == 0) return;
      continue;
    }
    if (**requests == 'i') {
      send_frame(fd, 'i', "", 0);
      continue;
    }
    if (**requests == 's') {
      if (frame(fd) == 0) return;
      continue;
    }
    if (**requests == 'w' || **requests == 'C') {
      size_t id = **requests == 'w' ? 4 : 0;
      memcpy(payload, (char[4]){0, 0, 0, 1}, 4);
      send_frame(fd, **requests, payload, (uint32_t)id + unescape(*requests + 1, payload + id));
      memset(payload, 0, 4);
      continue;
    }
    payload[3] = (char)id;
    memcpy(payload + 4, *requests + 1, n);
    send_frame(fd, 'o', payload, (uint32_t)(4 + n));
    if (frame(fd) != 'O') continue;
    send_frame(fd, 'r', (char[8]){0, 0, 0, (char)id, 0, 0, 16, 0}, 8);
    if (frame(fd) == 0) return;
  }
  send_frame(fd, 'x', (char[4]){0}, 4);
}

int main(int count, char **values) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  int listener = socket(AF_UNIX, SOCK_STREAM, 0);
  if (count < 4 || strlen(values[1]) >= sizeof address.sun_path) return 2;
  strcpy(address.sun_path, values[1]);
  record = fopen(values[3], "w");
  uid_t uid = (uid_t)atoi(values[2]);
  umask(0);
  if (record == NULL || setgroups(0, NULL) != 0 || setgid(uid) != 0 || setuid(uid) != 0) return 3;
  if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 64) != 0) return 4;
  printf("ready\n");
  fflush(stdout);
  struct pollfd polls[2] = {{listener, POLLIN, 0}, {0, POLLIN, 0}};
  while (poll(polls, 2, -1) > 0 && polls[1].revents == 0) {
    int fd = accept(listener, NULL, NULL);
    if (fd < 0) continue;
    serve(fd, values + 4);
    close(fd);
  }
  return 0;
}
