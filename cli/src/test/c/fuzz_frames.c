/*
 * Sends the launcher frames that a broken or hostile gateway could send: frames of every type,
 * mostly valid, some with a wrong length or truncated. Built with the sanitizers, which end the
 * process at the first error. Arguments: a seed and a number of frames.
 */
#define _GNU_SOURCE
#include <setjmp.h>

static jmp_buf conversation;
#define LEAVE(code) ((void)(code), longjmp(conversation, 1))
#define GRPCOS_VERSION "fuzz"
#define main launcher_main
#include "../../main/c/grpcos.c"
#undef main

static uint64_t seed;

static uint32_t any(uint32_t bound) {
  seed = seed * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(seed >> 33) % bound;
}

static char frames[32 * (HEADER + MAX_FRAME)];

static uint32_t opened; /* the last file's id */
static bool reads_stdin, reads_file;
static bool takes; /* what HELLO had, or there was nothing */
static bool floods; /* more than the launcher may buffer */

/* Creates a payload, which is usually valid at this point; the launcher refuses any other. */
static size_t payload_for(char type, char *to) {
  static const char *const texts[] = {"/dev/zero", "/dev/null", "/etc/passwd", "HOME", "", "/nowhere"};
  const char *text = texts[any(6)];
  bool lies = any(128) == 0;
  switch (type) {
    case 'w': {
      size_t n = floods || any(64) == 0 ? any(BLOCK) : any(64);
      store_number(to, lies ? any(UINT32_MAX) : 1 + any(2));
      for (size_t i = 0; i < n; i++) to[4 + i] = "x0;[mK\n\033\302\233\342\200\256\360\377"[any(15)];
      return 4 + n;
    }
    case 'r':
      store_number(to, lies ? any(UINT32_MAX) : reads_stdin ? opened : 0);
      reads_file |= reads_stdin;
      reads_stdin = true;
      store_number(to + 4, lies ? any(UINT32_MAX) : 1 + any(BLOCK));
      return 8;
    case 'o':
      store_number(to, lies ? any(8) : ++opened);
      memcpy(to + 4, text, strlen(text));
      reads_file = false;
      return 4 + strlen(text);
    case 'g':
      if (floods) text = "BIG";
      memcpy(to, text, strlen(text));
      return strlen(text);
    case 'c':
    case 'x':
      store_number(to, opened);
      return 4;
    default:
      return lies ? any(64) : 0;
  }
}

/* Creates a few frames; occasionally one is invalid, has a wrong length, or is truncated. */
static size_t compose(uint32_t count) {
  static const char types[] = "wwwwwwwwggoortA";
  char *end = frames;
  opened = 2;
  reads_stdin = reads_file = false;
  floods = any(16) == 0;
  takes = any(16) != 0 && peeked == 0;
  *end++ = any(64) == 0 ? "Cd"[any(2)] : 'A';
  store_number(end, 0);
  end += 4;
  while (count-- > 0 && end < frames + sizeof frames - 2 * (HEADER + MAX_FRAME)) {
    char type = types[any(15)];
    if (type == 'r' && reads_stdin && (opened < 3 || reads_file)) type = 'w';
    if (type == 't' && takes) type = 'w';
    takes |= type == 't';
    if (any(256) == 0) type = "cxCd"[any(4)];
    if (any(512) == 0) type = (char)any(256);
    size_t n = payload_for(type, end + HEADER);
    *end = type;
    store_number(end + 1, any(512) == 0 ? any(any(2) ? UINT32_MAX : MAX_FRAME) : (uint32_t)n);
    end += HEADER + n;
  }
  size_t size = (size_t)(end - frames);
  return any(8) == 0 ? 1 + any((uint32_t)size) : size;
}

static void forget(void) {
  hello.start = hello.end = received.start = received.end = 0;
  sending.start = sending.end = waiting.start = waiting.end = 0;
  accepted = touched = over = stdout_begun = false;
  ours = any(2) != 0;
  is_screen[1] = any(2) != 0;
  memset(unfinished, 0, sizeof unfinished);
  unacknowledged = 0;
  peeked = any(PEEK);
  for (int i = 1; i <= MAX_FILES; i++) {
    if (inputs[i].fd >= 0) close(inputs[i].fd);
    inputs[i] = (struct input){0, -1, 0};
  }
  inputs[0] = (struct input){0, 0, 0};
}

/* Runs one conversation, and discards the launcher's answers. */
static void converse(int gateway, size_t size) {
  static char answers[WINDOW];
  size_t sent = 0;
  while (!over) {
    if (sent < size) {
      size_t part = 1 + any((uint32_t)(size - sent));
      ssize_t n = send(gateway, frames + sent, part, MSG_DONTWAIT | MSG_NOSIGNAL);
      if (n > 0) sent += (size_t)n;
    }
    if (sent == size) shutdown(gateway, SHUT_WR);
    serve(now_ms() + 1000);
    while (recv(gateway, answers, sizeof answers, MSG_DONTWAIT) > 0) {
    }
  }
  while (length(&waiting) > 0) serve(0);
}

int main(int count, char **values) {
  static char *given[] = {"grpcos", "call",      "-vd@/dev/zero",    "S/M", "x=@/dev/null", "--key=/nowhere",
                          "-H",     "@/dev/zero", "--expand-headers", "-H",  "k: ${BIG}${HOME}", NULL};
  static char big[128 * 1024] = "BIG=";
  static char *environment[] = {"HOME=/", "ODD", big, NULL};
  static uint32_t done, wanted;
  static int ends[2];
  if (count != 3) return 2;
  seed = strtoull(values[1], NULL, 10);
  wanted = (uint32_t)strtoul(values[2], NULL, 10);
  int report = fcntl(1, F_DUPFD_CLOEXEC, 10);
  close(0);
  if (open("/dev/zero", O_RDONLY) != 0) return 2;
  for (int fd = 1; fd <= 2; fd++) {
    /* The sanitizers report to a file: see log_path in LauncherFuzzIT. */
    if (dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), fd) != fd) return 2;
    kinds[fd] = CHARACTER_DEVICE;
  }
  for (int i = 1; i <= MAX_FILES; i++) inputs[i].fd = -1;
  arguments = given;
  argument_count = sizeof given / sizeof *given - 1;
  variables = environment;
  memset(big + 4, 'x', sizeof big - 5);
  strcpy(socket_path, "/nowhere/gateway.sock");
  while (done < wanted) {
    forget();
    given[0] = "grpcos";
    uint32_t some = 1 + any(64);
    done += some;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0) return 2;
    resident = ends[0];
    if (setjmp(conversation) == 0) converse(ends[1], compose(some));
    close(ends[0]); /* closed already where the launcher got that far */
    close(ends[1]);
  }
  dprintf(report, "%u frames\n", done);
  return 0;
}
