/*
 * grpcos-exec: runs programs for the gateway, and leaves no process of them behind.
 *
 * A JVM cannot put a child into a process group, change its user, or adopt a grandchild, and a small
 * process forks faster than a large one. The gateway starts one grpcos-exec with the path of a Unix
 * socket, and connects to it once for each program. For each connection, grpcos-exec forks a process.
 * That process starts the program, forwards its streams, and ends it with all processes that it
 * started. It is the subreaper of those processes, so it also finds processes that left the group or
 * lost their parents.
 *
 * A frame is a type (one byte), the length of the payload (four bytes, big endian) and the payload.
 * Numbers are four bytes, big endian. A string ends with a zero byte.
 *
 *   from the gateway
 *   S  START     uid, gid (both NOBODY for the gateway's own), number of groups, of arguments, of
 *                variables; the groups (numbers); working directory, arguments, variables (strings)
 *   I  INPUT     bytes for standard input
 *   E  END       end of standard input
 *
 *   to the gateway
 *   P  STARTED   pid; sent together with the program's first output
 *   F  FAILED    the reason why the program was not started (a line of text); the last frame
 *   M  METADATA  bytes written to descriptor 3; precedes any later output on descriptor 1
 *   O  OUTPUT    bytes written to descriptor 1; empty if the program closed it and still runs
 *   R  ERRORS    bytes written to descriptor 2
 *   X  EXITED    the status of wait(2); all processes of the program have ended; the last frame
 *
 * The process ends the program (TERM, and KILL after GRACE_MS) when the gateway dies, or closes the
 * connection or its sending side. It reads streams only as fast as the gateway reads. When the
 * program exits, it kills the remaining processes of the program. grpcos-exec itself ends at the end
 * of its standard input.
 *
 * If the process of a connection is killed, the kernel kills its program. The processes that the
 * program started become children of the first process, which kills them.
 */

#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
  HEADER = 5,
  BLOCK = 64 * 1024,      /* most bytes of a frame, except START */
  MAX_START = 1 << 20,    /* most bytes of START */
  LAST_WORDS = 2 * (HEADER + 4), /* room for STARTED and EXITED, with all other buffers full */
  BACKLOG = 1024,
  PAUSE_MS = 100,         /* the time from a failed accept to the next */
  GRACE_MS = 2000,        /* the time from TERM to KILL */
  GIVE_UP_MS = 10000,     /* a process that outlives KILL by this time is stuck in the kernel */
  SWEEP_MS = 10,          /* the interval between searches for remaining processes */
  EXITING = 4             /* PF_EXITING in the flags of /proc/PID/stat */
};

static const uint32_t NOBODY = 0xffffffffu;

/* This process's end of a pipe; -1 if it is closed. */
struct stream {
  char type;
  int fd;
};

static int gateway = -1; /* the connection */
static pid_t program;
static bool started_sent;
static bool exited;      /* the program */
static int status;
static bool gone;        /* the gateway has closed the connection */

static char outgoing[2 * (HEADER + BLOCK) + LAST_WORDS];
static size_t outgoing_start, outgoing_end;
static char incoming[HEADER + BLOCK];
static size_t incoming_end;
static char input[BLOCK]; /* a frame's payload that the program has not read yet */
static size_t input_start, input_end;
static bool input_ended;
static int input_fd = -1;

static long now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void store_number(char *to, uint32_t n) {
  to[0] = (char)(n >> 24);
  to[1] = (char)(n >> 16);
  to[2] = (char)(n >> 8);
  to[3] = (char)n;
}

static uint32_t number(const char *from) {
  const unsigned char *b = (const unsigned char *)from;
  return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

/* ---- frames to the gateway ---- */

static size_t room(void) { return sizeof outgoing - LAST_WORDS - (outgoing_end - outgoing_start); }

/* Returns the address for n bytes of payload. The caller must check that there is room. */
static char *begin_frame(size_t n) {
  if (sizeof outgoing - outgoing_end < HEADER + n) {
    memmove(outgoing, outgoing + outgoing_start, outgoing_end - outgoing_start);
    outgoing_end -= outgoing_start;
    outgoing_start = 0;
  }
  return outgoing + outgoing_end + HEADER;
}

static void end_frame(char type, size_t n) {
  outgoing[outgoing_end] = type;
  store_number(outgoing + outgoing_end + 1, (uint32_t)n);
  outgoing_end += HEADER + n;
}

static void put_number_frame(char type, uint32_t n) {
  store_number(begin_frame(4), n);
  end_frame(type, 4);
}

static void send_some(void) {
  while (outgoing_start < outgoing_end && !gone) {
    ssize_t n = write(gateway, outgoing + outgoing_start, outgoing_end - outgoing_start);
    if (n > 0) {
      outgoing_start += (size_t)n;
    } else if (n < 0 && errno == EINTR) {
      continue;
    } else if (n < 0 && errno == EAGAIN) {
      return;
    } else {
      gone = true;
    }
  }
  outgoing_start = outgoing_end = 0;
}

/* Waits until everything is sent, or the gateway is gone. */
static void send_all(void) {
  for (send_some(); outgoing_start < outgoing_end; send_some()) {
    struct pollfd wait = {.fd = gateway, .events = POLLOUT};
    poll(&wait, 1, -1);
  }
}

__attribute__((noreturn)) static void fail(int reason, const char *what) {
  char *payload = begin_frame(BLOCK);
  int n = snprintf(payload, BLOCK, "%s: %s", what, strerror(reason));
  end_frame('F', n < 0 ? 0 : n < BLOCK ? (size_t)n : BLOCK - 1); /* n may be more than the bytes written */
  send_all();
  _exit(0);
}

/* ---- the START frame ---- */

static void read_all(char *to, size_t n) {
  while (n > 0) {
    ssize_t got = read(gateway, to, n);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) _exit(0); /* the gateway has closed the connection */
    to += got;
    n -= (size_t)got;
  }
}

struct start {
  uint32_t uid, gid, group_count;
  gid_t *groups;
  char *folder, **arguments, **variables;
};

/* Returns the next string. The gateway is trusted, but a broken frame is still detected. */
static char *take_string(char **from, const char *end) {
  char *string = *from;
  char *zero = memchr(string, '\0', (size_t)(end - string));
  if (zero == NULL) fail(EPROTO, "the frame that starts a program");
  *from = zero + 1;
  return string;
}

static char **take_strings(char **from, const char *end, uint32_t count) {
  if (count > MAX_START) fail(E2BIG, "the frame that starts a program");
  char **strings = calloc(count + 1, sizeof *strings);
  if (strings == NULL) fail(ENOMEM, "the frame that starts a program");
  for (uint32_t i = 0; i < count; i++) strings[i] = take_string(from, end);
  return strings;
}

static struct start read_start(void) {
  char header[HEADER];
  read_all(header, sizeof header);
  uint32_t n = number(header + 1);
  if (header[0] != 'S' || n < 20 || n > MAX_START) fail(E2BIG, "arguments and environment");
  char *payload = malloc(n);
  if (payload == NULL) fail(ENOMEM, "the frame that starts a program");
  read_all(payload, n);
  const char *end = payload + n;
  struct start start = {.uid = number(payload), .gid = number(payload + 4), .group_count = number(payload + 8)};
  uint32_t argument_count = number(payload + 12), variable_count = number(payload + 16);
  char *at = payload + 20;
  if (start.group_count > (n - 20) / 4 || argument_count == 0) fail(EPROTO, "the frame that starts a program");
  start.groups = calloc(start.group_count + 1, sizeof *start.groups);
  if (start.groups == NULL) fail(ENOMEM, "the frame that starts a program");
  for (uint32_t i = 0; i < start.group_count; i++, at += 4) start.groups[i] = number(at);
  start.folder = take_string(&at, end);
  start.arguments = take_strings(&at, end, argument_count);
  start.variables = take_strings(&at, end, variable_count);
  return start;
}

/* ---- start of the program ---- */

/* Runs in the child: reports through the pipe why the program cannot run, and exits. */
__attribute__((noreturn)) static void give_up(int report, const char *what) {
  char message[64]; /* "what" is a few words */
  store_number(message, (uint32_t)errno);
  size_t n = strlen(what);
  memcpy(message + 4, what, n);
  if (write(report, message, 4 + n) < 0) _exit(126);
  _exit(127);
}

__attribute__((noreturn)) static void become(const struct start *start, int ends[4], int report) {
  /* Moves descriptors above 3 first, so that none is overwritten. */
  for (int i = 0; i < 4; i++) {
    ends[i] = fcntl(ends[i], F_DUPFD_CLOEXEC, 4);
    if (ends[i] < 0) give_up(report, "its descriptors");
  }
  report = fcntl(report, F_DUPFD_CLOEXEC, 4);
  for (int i = 0; i < 4; i++) {
    if (dup2(ends[i], i) < 0) give_up(report, "its descriptors");
  }
  for (int signal_number = 1; signal_number < NSIG; signal_number++) signal(signal_number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  if (start->uid != NOBODY) {
    if (setgroups(start->group_count, start->groups) != 0) give_up(report, "its groups");
    if (setgid(start->gid) != 0) give_up(report, "its group");
    if (setuid(start->uid) != 0) give_up(report, "its user");
  }
  prctl(PR_SET_PDEATHSIG, SIGKILL); /* the program ends if its parent dies */
  if (chdir(start->folder) != 0) give_up(report, "its working folder");
  execve(start->arguments[0], start->arguments, start->variables);
  give_up(report, "");
}

/* Makes a pipe with a non-blocking end for this process; returns the program's end. */
static int make_pipe(int *ours, bool read_by_us) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) fail(errno, "pipes");
  *ours = ends[read_by_us ? 0 : 1];
  fcntl(*ours, F_SETFL, O_NONBLOCK);
  return ends[read_by_us ? 1 : 0];
}

static void start_program(const struct start *start, struct stream streams[3]) {
  int report[2], theirs[4];
  if (pipe2(report, O_CLOEXEC) != 0) fail(errno, "pipes");
  theirs[0] = make_pipe(&input_fd, false);
  theirs[3] = make_pipe(&streams[0].fd, true);
  theirs[1] = make_pipe(&streams[1].fd, true);
  theirs[2] = make_pipe(&streams[2].fd, true);
  program = fork();
  if (program < 0) fail(errno, "a process");
  if (program == 0) {
    setpgid(0, 0);
    become(start, theirs, report[1]);
  }
  setpgid(program, program); /* the child does the same; either may be first */
  close(report[1]);
  for (int i = 0; i < 4; i++) close(theirs[i]);
  char message[64];
  ssize_t n;
  do n = read(report[0], message, sizeof message - 1); while (n < 0 && errno == EINTR);
  close(report[0]);
  if (n >= 4) {
    message[n] = '\0';
    waitpid(program, NULL, 0);
    fail((int)number(message), n == 4 ? start->arguments[0] : message + 4);
  }
}

/* ---- end of the program ---- */

/* Reaps children. Returns whether any are left, including adopted ones. */
static bool reap(void) {
  int how;
  pid_t pid;
  while ((pid = waitpid(-1, &how, WNOHANG)) > 0) {
    if (pid == program) {
      exited = true;
      status = how;
    }
  }
  return pid == 0 || errno == EINTR;
}

/* Reads /proc/PID/stat into text. Returns the part after the name, or NULL. The name may contain
 * any character. */
static const char *stat_after_name(const char *pid, char text[512]) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%.20s/stat", pid);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return NULL;
  ssize_t n = read(fd, text, 511);
  close(fd);
  text[n > 0 ? n : 0] = '\0';
  return strrchr(text, ')');
}

/* Returns whether a process is a child of this process and outside the given group. */
static bool child_outside(const char *pid, pid_t group) {
  char text[512];
  const char *fields = stat_after_name(pid, text);
  int parent = 0, its_group = 0;
  return fields != NULL && sscanf(fields, ") %*c %d %d", &parent, &its_group) == 2 && parent == getpid() &&
         its_group != group;
}

/* Returns whether the program is exiting, or has exited and is not reaped yet. A process closes
 * its descriptors on exit before its parent can wait for it; this function distinguishes that
 * from close(2). */
static bool exiting(void) {
  if (exited) return true;
  char pid[21], text[512];
  snprintf(pid, sizeof pid, "%ld", (long)program);
  const char *fields = stat_after_name(pid, text);
  unsigned flags = 0;
  return fields == NULL || sscanf(fields, ") %*c %*d %*d %*d %*d %*d %u", &flags) != 1 || (flags & EXITING) != 0;
}

/* Sends a signal to all children outside the group. */
static void signal_children(int signal_number, pid_t group) {
  DIR *processes = opendir("/proc");
  if (processes == NULL) return;
  for (struct dirent *entry; (entry = readdir(processes)) != NULL;) {
    if (*entry->d_name >= '1' && *entry->d_name <= '9' && child_outside(entry->d_name, group)) {
      kill((pid_t)atoi(entry->d_name), signal_number);
    }
  }
  closedir(processes);
}

/* Sends a signal to the group, and to the adopted processes outside the group. */
static void signal_all(int signal_number) {
  kill(-program, signal_number);
  signal_children(signal_number, 0);
}

/* ---- streams ---- */

static void close_stream(int *fd) {
  if (*fd >= 0) close(*fd);
  *fd = -1;
}

static void send_started(void) {
  if (!started_sent) put_number_frame('P', (uint32_t)program);
  started_sent = true;
}

/* Reads once from a stream of the program and frames the bytes, or drops them. Closes an empty
 * stream if it has no writers. */
static void pass(struct stream *stream, bool discard, bool writers) {
  static char nothing[BLOCK];
  if (!discard) send_started();
  size_t most = discard || room() - HEADER > BLOCK ? BLOCK : room() - HEADER;
  ssize_t n = read(stream->fd, discard ? nothing : begin_frame(most), most);
  if (n > 0) {
    if (!discard) end_frame(stream->type, (size_t)n);
  } else if (n == 0 || (errno != EINTR && (errno != EAGAIN || !writers))) {
    close_stream(&stream->fd);
    if (stream->type == 'O' && !discard && !exiting()) {
      begin_frame(0);
      end_frame('O', 0);
    }
  }
}

static void write_input(void) {
  while (input_start < input_end && input_fd >= 0) {
    ssize_t n = write(input_fd, input + input_start, input_end - input_start);
    if (n > 0) {
      input_start += (size_t)n;
    } else if (n < 0 && errno == EINTR) {
      continue;
    } else if (n < 0 && errno == EAGAIN) {
      return;
    } else {
      close_stream(&input_fd); /* the program has closed it, which is permitted */
    }
  }
  input_start = input_end = 0;
  if (input_ended) close_stream(&input_fd);
}

/* Reads once from the connection. Returns false at its end. */
static bool receive(void) {
  ssize_t n = read(gateway, incoming + incoming_end, sizeof incoming - incoming_end);
  if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN)) return false;
  if (n > 0) incoming_end += (size_t)n;
  return true;
}

/* Takes frames while the program reads their bytes. Returns false if a frame is invalid. */
static bool take_frames(void) {
  while (input_start == input_end && incoming_end >= HEADER) {
    size_t n = number(incoming + 1);
    if (n > BLOCK || (incoming[0] != 'I' && incoming[0] != 'E')) return false;
    if (incoming_end < HEADER + n) break;
    if (incoming[0] == 'E') input_ended = true;
    memcpy(input, incoming + HEADER, n);
    input_end = n;
    incoming_end -= HEADER + n;
    memmove(incoming, incoming + HEADER + n, incoming_end);
    write_input();
  }
  return true;
}

/* ---- one program ---- */

/* Returns a descriptor that is readable when a child has ended. */
static int watch_children(void) {
  sigset_t children;
  sigemptyset(&children);
  sigaddset(&children, SIGCHLD);
  sigprocmask(SIG_BLOCK, &children, NULL);
  return signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK);
}

static int until(long end) {
  long left = end - now_ms();
  return left < 0 ? 0 : (int)left;
}

__attribute__((noreturn)) static void serve(int connection) {
  gateway = connection;
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  struct start start = read_start();
  int child_events = watch_children();
  if (child_events < 0) fail(errno, "a process");
  struct stream streams[3] = {{'M', -1}, {'O', -1}, {'R', -1}};
  start_program(&start, streams);
  fcntl(gateway, F_SETFL, O_NONBLOCK);

  bool unwanted = false; /* the gateway has requested the program's end */
  bool left = true;      /* some process of the program may still run */
  long kill_at = 0, give_up_at = 0;
  while (left || streams[0].fd >= 0 || streams[1].fd >= 0 || streams[2].fd >= 0) {
    bool discard = unwanted || gone;
    bool room_for_more = discard || room() >= HEADER + BLOCK / 2;
    struct pollfd wait[6] = {
        /* poll reports the end of the connection although earlier frames are unread */
        {.fd = unwanted || gone ? -1 : gateway,
         .events = (short)(POLLRDHUP | (input_start == input_end ? POLLIN : 0) | (outgoing_start < outgoing_end ? POLLOUT : 0))},
        {.fd = child_events, .events = POLLIN},
        {.fd = input_start < input_end ? input_fd : -1, .events = POLLOUT},
    };
    for (int i = 0; i < 3; i++) {
      wait[3 + i] = (struct pollfd){.fd = room_for_more ? streams[i].fd : -1, .events = POLLIN};
    }
    int timeout = -1;
    if (left && kill_at != 0) timeout = until(kill_at);
    if (left && exited && timeout != 0) timeout = SWEEP_MS;
    if (!left && room_for_more) timeout = 0;
    if (poll(wait, 6, timeout) < 0) continue;

    struct signalfd_siginfo event;
    while (read(child_events, &event, sizeof event) > 0) {}
    if (left) {
      left = reap();
      long now = now_ms();
      /* Processes left by a program that exited are killed at once, others after GRACE_MS. */
      if (left && (unwanted ? now >= kill_at : exited)) {
        signal_all(SIGKILL);
        kill_at = now + SWEEP_MS;
        if (give_up_at == 0) give_up_at = now + GIVE_UP_MS;
        if (now >= give_up_at) break;
      }
    }

    if (wait[2].revents != 0) write_input();
    if (!unwanted) {
      bool ended = gone || (wait[0].revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
      if (!ended && (wait[0].revents & POLLIN) != 0) ended = !receive();
      if (ended || !take_frames()) {
        unwanted = true;
        kill_at = now_ms() + GRACE_MS;
        if (left) signal_all(SIGTERM);
        close_stream(&input_fd);
      }
    }
    for (int i = 0; i < 3; i++) {
      /* metadata precedes the output that the program wrote after it */
      bool due = wait[3 + i].revents != 0 || !left || (i == 0 && wait[4].revents != 0);
      if (due && streams[i].fd >= 0 && (discard || room() >= HEADER + BLOCK / 2)) pass(&streams[i], discard, left);
    }
    send_some();
  }
  send_started();
  put_number_frame('X', (uint32_t)status);
  send_all();
  _exit(0);
}

/* ---- the process that forks ---- */

static int listen_on(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof address.sun_path) {
    fprintf(stderr, "grpcos-exec: the path %s is too long for a socket\n", path);
    exit(2);
  }
  strcpy(address.sun_path, path);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) != 0 || listen(fd, BACKLOG) != 0) {
    fprintf(stderr, "grpcos-exec: cannot bind %s: %s\n", path, strerror(errno));
    exit(1);
  }
  return fd;
}

/* Reaps children. If a child was killed, it may have been the process of a connection, and this
 * process may have adopted the processes of its program. It kills them; each death starts the
 * next search. */
static void bury(int child_events) {
  struct signalfd_siginfo event;
  while (read(child_events, &event, sizeof event) > 0) {}
  bool killed = false;
  int how;
  while (waitpid(-1, &how, WNOHANG) > 0) killed |= WIFSIGNALED(how);
  if (killed) signal_children(SIGKILL, getpgrp()); /* the processes of connections are in this process's group */
}

int main(int argc, char **argv) {
  if (argc != 2) {
    fprintf(stderr, "usage: grpcos-exec SOCKET; run by the gateway\n");
    return 2;
  }
  pid_t parent = getppid();
  setsid(); /* an interrupt at the terminal is for the gateway */
  signal(SIGPIPE, SIG_IGN);
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  int child_events = watch_children();
  if (child_events < 0) return 1;
  int listener = listen_on(argv[1]);
  if (write(1, "ready\n", 6) != 6) return 1;
  bool paused = false; /* after a failed accept, which would fail again at once if descriptors have run out */
  for (;;) {
    struct pollfd wait[3] = {{.fd = 0, .events = POLLIN},
                             {.fd = paused ? -1 : listener, .events = POLLIN},
                             {.fd = child_events, .events = POLLIN}};
    if (poll(wait, 3, paused ? PAUSE_MS : -1) < 0 && errno != EINTR) return 1;
    paused = false;
    if (wait[2].revents != 0) bury(child_events);
    if (wait[0].revents != 0) {
      char nothing[64];
      if (read(0, nothing, sizeof nothing) <= 0) break;
    }
    if (wait[1].revents == 0) continue;
    int connection = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (connection < 0) {
      paused = true;
      continue;
    }
    struct ucred peer;
    socklen_t size = sizeof peer;
    pid_t child = -1;
    if (getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.pid == parent) child = fork();
    if (child == 0) {
      close(listener);
      close(child_events);
      serve(connection);
    }
    close(connection); /* without a process, the gateway sees the connection end at once */
  }
  unlink(argv[1]);
  char *slash = strrchr(argv[1], '/'); /* the gateway created the folder, and may have been killed */
  if (slash != NULL && slash != argv[1]) {
    *slash = '\0';
    rmdir(argv[1]);
  }
  return 0;
}
