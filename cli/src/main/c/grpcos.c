/*
 * grpcos: passes a command to the running gateway, or starts a JVM if no gateway serves it.
 *
 * This program contains no gRPC. It connects to the resident command server at P.cli, sends its
 * arguments, and then executes the requests of the server on its own descriptors: read, write,
 * open, exit.
 *
 * Protocol, version 3. A frame is a type (one byte), the length of the payload (four bytes, big
 * endian) and the payload; numbers are four bytes, big endian, and a string is its length and its
 * bytes. "id" is a descriptor: 0, 1, 2 as usual, 3 and above for files; no id is used twice.
 *
 *   launcher to resident
 *   H  HELLO     protocol version, release (string), kind of 0, 1 and 2 (a byte each, as enum kind),
 *                columns (0: no terminal), working folder (string), number of arguments, arguments
 *                (strings), number of variables, variables ("NAME=VALUE" strings), the content of a
 *                pipe on 0 that has no writer (string; empty: use READ), and the number of bytes
 *                of the rest of a file on 0 (eight bytes; -1: unknown)
 *   D  DATA      id, the bytes of one read; none: end of file
 *   L  LAST      as DATA, and nothing follows: the resident need not send another READ
 *   O  OPENED    id; of an input also the number of its bytes (eight bytes; -1: unknown)
 *   F  FAILED    id, reason: the answer to READ, OPEN or CREATE
 *   V  VALUE     a byte, 1 if the variable is set, and its value
 *   N  WRITTEN   number of bytes of WRITE frames that have left the launcher
 *   S  SIGNAL    number: the signal that ends the launcher, after INTERRUPT; or SIGPIPE: the reader
 *                of stdout is gone, and the command may finish its files
 *
 *   resident to launcher
 *   A  ACCEPTED  sent before the command starts: from here on only the resident may run it
 *   C  COLD      reason: start a process instead; only before any WRITE, READ or TAKE
 *   d  DENIED    reason: the caller has no rights; as COLD, but the exit code is 71 without a process
 *   w  WRITE     id 1, 2 or of a created file, bytes; at most WINDOW of them that are not WRITTEN
 *   r  READ      id, maximum number of bytes: do one read, answer with DATA, LAST or FAILED
 *   o  OPEN      id, path: answer with OPENED or FAILED
 *   k  CREATE    id, path: create a file, or empty it; answer with OPENED or FAILED
 *   t  TAKE      the bytes of 0 in HELLO have been read: remove them from the pipe
 *   c  CLOSE     id
 *   g  GETENV    name: answer with VALUE
 *   i  INTERRUPT report signals with SIGNAL; EXIT follows
 *   x  EXIT      code; the last frame
 *
 * The type and layout of HELLO up to the release, and of COLD, are the same in every version.
 * Closing the connection cancels the command. A command runs at most once: if the resident fails
 * before ACCEPTED, a new process runs the command; if it fails later, the exit code is 78.
 *
 * The gateway may belong to another user. grpcos-security(7) describes when the launcher
 * connects to it, and what it sends. In short: a gateway gets only a few variables,
 * gets others only if the caller gave --expand-headers, and may open only files that an argument
 * gives as a file; with --netrc, the caller's own gateway and root's may also open ~/.netrc, and
 * with a target the file in SSL_CERT_FILE; they also get the variables for targets. A
 * gateway of a user other than the caller and root gets only the variables that the command line
 * uses, and standard input only if the command reads it; on a terminal, its output is colours and
 * text without control characters.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#ifndef GRPCOS_VERSION
#error "compile with -DGRPCOS_VERSION=\"x.y.z\", the release that the gateway is compared with"
#endif
#ifndef LEAVE /* the fuzzer replaces it */
#define LEAVE(code) _exit(code)
#endif

enum {
  PROTOCOL = 3,
  HEADER = 5,                 /* type and length */
  BLOCK = 64 * 1024,          /* maximum bytes of a read, and of a WRITE frame */
  MAX_FRAME = BLOCK + 64,     /* longest payload that the resident may send */
  MAX_REPLY = 160 * 1024,     /* longest answer to a frame: a variable of 128 KiB */
  WINDOW = 256 * 1024,        /* maximum bytes that wait to be written */
  ACKNOWLEDGE = WINDOW / 4,   /* bytes between two WRITTEN frames; short commands send none */
  HELLO_MAX = 2304 * 1024,    /* 2 MiB of arguments and the other fields */
  MAX_FILES = 16,             /* open at once */
  MAX_INPUTS = 1024,          /* regular files whose identity is kept */
  MAX_CREATED = 4,            /* files for output */
  SEQUENCE = 32,              /* longest escape sequence that sets colours */
  PEEK = 16 * 1024,           /* maximum bytes of stdin in HELLO */
  MAX_LINKS = 40,             /* on one path, as in the kernel */
  FAULT = PATH_MAX + 64,      /* what is wrong with a folder */
  REASON = 3 * PATH_MAX,
  HEADER_FILE = 1024 * 1024,  /* longest file of headers, as in the commands */
  ANSWER_MS = 2000,           /* a resident that takes longer to accept counts as hung */
  START_MS = 60000,           /* a gateway that takes longer to start is not used */
  MESSAGE = 1024,             /* of a gateway that cannot be started */
  SIGNAL_MS = 2000,           /* the same after a signal */
  EXIT_FAILURE_LOCAL = 1,
  EXIT_DENIED = 71,
  EXIT_UNAVAILABLE = 78
};

/* In the order of dev.grpcos.cli.invocation.StreamKind. */
enum kind { CLOSED, TERMINAL, CHARACTER_DEVICE, PIPE, REGULAR };

/* A range of bytes in a buffer of fixed size. */
struct bytes {
  char *base;
  size_t capacity, start, end;
};

struct input {
  uint32_t id;
  int fd; /* -1: free */
  uint32_t wanted;
};

static char hello_space[HELLO_MAX];
static char received_space[2 * (HEADER + MAX_FRAME)];
static char sending_space[2 * MAX_REPLY];
/* Space for the window, the longest frame, and the headers of the notes. */
static char waiting_space[WINDOW + 2 * MAX_FRAME];
static char printable_space[MAX_FRAME + SEQUENCE];

static struct bytes hello = {hello_space, sizeof hello_space, 0, 0};
static struct bytes received = {received_space, sizeof received_space, 0, 0};
static struct bytes sending = {sending_space, sizeof sending_space, 0, 0};
static struct bytes waiting = {waiting_space, sizeof waiting_space, 0, 0};

static int argument_count;
static char **arguments;
static char **variables;
static char socket_path[PATH_MAX];
static bool socket_named; /* by --socket or GRPCOS_SOCKET, not found in a default place */
static bool socket_by_option; /* named by --socket */
static char temporary_folder[64]; /* of the default socket in /tmp; empty for another socket */
static char other_places[256]; /* " or PATH" for each other place of a default socket */
static enum kind kinds[3];
static bool is_screen[3]; /* a terminal at the start, perhaps behind the pager later */
static struct sigaction pipe_action;

static int resident = -1;
static bool accepted, touched, over;
static bool ours;             /* the gateway belongs to the caller or to root */
static bool unreached;        /* no gateway answers */
static bool refused;          /* it belongs to a user that the caller does not trust */
static bool denied;           /* it gives the caller no rights */
static size_t peeked;         /* bytes of stdin that HELLO contained and that were not taken */
static int exit_code;
static uint32_t unacknowledged;
static size_t last_note;     /* offset of the last note of waiting output */
static bool stdout_begun;
static struct input inputs[1 + MAX_FILES];
static struct sequence {
  unsigned char bytes[SEQUENCE];
  size_t length;
} unfinished[3]; /* the beginning of an escape sequence or of a character, in the output to 1 and 2 */
static struct { dev_t device; ino_t inode; } known[MAX_INPUTS]; /* regular files that were inputs */
static size_t known_count;
static struct created { uint32_t id; int fd; char name[PATH_MAX]; } created[MAX_CREATED];
static size_t created_count;
static const struct created *lost;      /* the file that could not be written */
static int lost_reason;
static bool reader_left;                /* standard output has no reader, and files are to be finished */
static volatile sig_atomic_t signalled; /* the signal to report; 0: none */
static bool reports_signals;            /* to the resident, instead of ending at once */
static bool signal_taken;               /* a signal has arrived, and the launcher ends at the latest at: */
static long signal_deadline;
static bool reported;                   /* the signal was sent to the resident */
static sigset_t original_mask;          /* of signals, for the time in poll */
static bool pager_decided;
static volatile pid_t pager;            /* the process that shows standard output; 0: none */
static int terminal_errors = -1;        /* standard error while 2 is the pager; -1: 2 itself */
static volatile sig_atomic_t reads_keys; /* the terminal passes each key on at once */
static struct termios terminal_mode;    /* before that */

/* ---- messages ---- */

/* Uses one write, so that lines of several processes do not mix on a terminal. */
__attribute__((format(printf, 1, 2))) static void say(const char *format, ...) {
  char line[3 * PATH_MAX];
  va_list list;
  va_start(list, format);
  int n = vsnprintf(line, sizeof line, format, list);
  va_end(list);
  if (n >= (int)sizeof line) n = sizeof line - 1;
  if (n > 0 && write(2, line, (size_t)n) < 0) return; /* there is no one to report it to */
}

/* ---- bytes ---- */

static size_t length(const struct bytes *b) { return b->end - b->start; }

static size_t space(const struct bytes *b) { return b->capacity - length(b); }

/* Moves the content to the front if n more bytes do not fit behind it. */
static char *reserve(struct bytes *b, size_t n) {
  if (b->start == b->end) b->start = b->end = 0;
  if (b->capacity - b->end < n) {
    memmove(b->base, b->base + b->start, length(b));
    b->end -= b->start;
    b->start = 0;
  }
  return b->base + b->end;
}

static void put(struct bytes *b, const void *data, size_t n) {
  if (n > 0) memcpy(reserve(b, n), data, n);
  b->end += n;
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

static void put_number(struct bytes *b, uint32_t n) {
  char raw[4];
  store_number(raw, n);
  put(b, raw, sizeof raw);
}

static void put_header(char type, size_t payload) {
  put(&sending, &type, 1);
  put_number(&sending, (uint32_t)payload);
}

/* ---- arguments ---- */

/*
 * The options that have a value, so that the launcher parses the command line as the commands do;
 * LauncherOptionsTest compares the two. The first character names the file that the gateway may
 * open because of the value: 'f' the file of this name, '@' the file behind a leading @, 'w' the file
 * of this name for output, '-' none.
 * An option whose value must be attached, such as --wait=DUR, is not here.
 */
static const char *const options[] = {
    "-allow",       "-authority",      "fcacert",          "fcert",           "-color",
    "-config",      "-connect-timeout", "@data",           "-deadline",       "-default-socket",
    "-depth",       "-oneof",
    "-decode",      "-drain",         "-encode",          "-error-format",  "wfailed",
    "-group",       "@header",         "-idle",           "-import-path",     "-input",          "-interval",       "-jobs",
    "-jq",          "-keepalive-time", "fkey",             "@key-password", "-limit",          "-lines",
    "-log",         "-max-message-size", "-mode",          "fnetrc-file",     "-ok-codes",
    "-output",      "fp12",            "-proto",          "-proto-out",       "-proto-out-dir",  "fprotoset",
    "-protoset-out", "@reflect-header", "-retry",          "@rpc-header",     "-server-name",
    "-socket",      "-sort",           "-target",         "@user",            "-user-agent",     "@H",
    "-I",           "@d",              "-j",               "-n",              "-o",
    "-ignore",      "-record",         "-replay",          "-status",         "-t",               "@u",              "-ttl",            "-uid",
    "-upstream"};

/* The same for grpcurl, whose options have any number of letters after one dash or two. */
static const char *const grpcurl_options[] = {
    "-H",           "-alts-handshaker-service", "-alts-target-service-account",
    "-authority",   "fcacert",        "fcert",        "-connect-timeout", "-d",
    "-format",      "-import-path",   "-keepalive-time", "fkey",          "-max-msg-sz",
    "-max-time",    "-proto",         "-proto-out-dir", "fprotoset",      "-protoset-out",
    "-reflect-header", "-rpc-header", "-servername",  "-user-agent"};

/* An option with its value, or a positional argument. */
struct word {
  const char *name; /* of the option, without dashes; NULL: a positional argument */
  size_t length;
  const char *value; /* NULL: none */
  char file;         /* as in options; 0 if the option has no value */
};

struct scan {
  int next;            /* index of an argument */
  const char *cluster; /* the rest of an argument such as -vd@FILE; NULL: none */
  bool positional;     /* after -- */
};

static bool is_argument(int index, const char *word) {
  return index < argument_count && strcmp(arguments[index], word) == 0;
}

/* A completion script passes the command line that it completes: __complete SHELL BREAKS -- WORD... */
static struct scan all_words(void) {
  return (struct scan){is_argument(1, "__complete") ? 5 : 1, NULL, false};
}

/* Returns whether this is the command grpcurl, with the syntax of that program. */
static bool is_grpcurl(void) { return is_argument(1, "grpcurl"); }

/* Completes a word with the value of its option: attached, or the next argument. */
static void take_value(struct scan *scan, struct word *word, const char *attached) {
  const char *const *table = is_grpcurl() ? grpcurl_options : options;
  size_t size = is_grpcurl() ? sizeof grpcurl_options / sizeof *table : sizeof options / sizeof *table;
  for (size_t i = 0; i < size && word->file == 0; i++) {
    const char *name = table[i] + 1;
    if (strlen(name) == word->length && memcmp(name, word->name, word->length) == 0) word->file = *table[i];
  }
  word->value = attached;
  if (attached == NULL && word->file != 0 && scan->next < argument_count) word->value = arguments[scan->next++];
}

/* The rule of GrpcurlFlags in the JVM: the options end at the first other argument. */
static bool next_grpcurl_word(struct scan *scan, struct word *word) {
  if (scan->next >= argument_count) return false;
  if (scan->next == 1) scan->next++; /* the command */
  if (!scan->positional && is_argument(scan->next, "--")) {
    scan->positional = true;
    scan->next++;
  }
  if (scan->next >= argument_count) return false;
  const char *argument = arguments[scan->next++];
  *word = (struct word){NULL, 0, argument, 0};
  scan->positional = scan->positional || argument[0] != '-' || argument[1] == '\0';
  if (scan->positional) return true;
  const char *name = argument + (argument[1] == '-' ? 2 : 1);
  size_t n = strcspn(name, "=");
  *word = (struct word){name, n, NULL, 0};
  take_value(scan, word, name[n] == '=' ? name + n + 1 : NULL);
  return true;
}

static bool next_word(struct scan *scan, struct word *word) {
  if (is_grpcurl()) return next_grpcurl_word(scan, word);
  if (scan->cluster == NULL) {
    if (!scan->positional && is_argument(scan->next, "--")) {
      scan->positional = true;
      scan->next++;
    }
    if (scan->next >= argument_count) return false;
    const char *argument = arguments[scan->next++];
    *word = (struct word){NULL, 0, argument, 0};
    if (scan->positional || argument[0] != '-' || argument[1] == '\0') return true;
    if (argument[1] == '-') {
      size_t n = strcspn(argument + 2, "=");
      *word = (struct word){argument + 2, n, NULL, 0};
      take_value(scan, word, argument[2 + n] == '=' ? argument + 2 + n + 1 : NULL);
      return true;
    }
    scan->cluster = argument + 1;
  }
  const char *letter = scan->cluster++;
  *word = (struct word){letter, 1, NULL, 0};
  take_value(scan, word, letter[1] == '=' ? letter + 2 : letter[1] != '\0' ? letter + 1 : NULL);
  if (word->file == 0 && letter[1] != '=') word->value = NULL; /* the next letter is another option */
  if (word->value != NULL || letter[1] == '\0') scan->cluster = NULL;
  return true;
}

static bool is_option(const struct word *word, const char *name, const char *letter) {
  if (word->name == NULL) return false;
  const char *expected = word->length == 1 ? letter : name;
  return strlen(expected) == word->length && memcmp(expected, word->name, word->length) == 0;
}

/* Finds an option; the letter is "" if there is no short form. */
static bool find_option(const char *name, const char *letter, struct word *word) {
  for (struct scan scan = all_words(); next_word(&scan, word);) {
    if (is_option(word, name, letter)) return true;
  }
  return false;
}

static bool is_true(const char *value) {
  static const char *const texts[] = {"true", "1", "t", "T", "True", "TRUE"};
  size_t count = is_grpcurl() ? sizeof texts / sizeof *texts : 1;
  for (size_t i = 0; i < count; i++) {
    if (strcmp(value, texts[i]) == 0) return true;
  }
  return false;
}

static bool is_on(const char *flag) {
  struct word word;
  return find_option(flag, "", &word) && (word.value == NULL || is_true(word.value));
}

static bool is_header(const struct word *word) {
  return is_option(word, "header", "H") || is_option(word, "rpc-header", "") ||
         is_option(word, "reflect-header", "");
}

/* ---- without the resident ---- */

/* Returns whether this command becomes or starts a gateway, which handles signals as documented. */
static bool is_server(void) {
  return is_argument(1, "serve") ||
         (is_argument(1, "gateway") && (is_argument(2, "run") || is_argument(2, "start") || is_argument(2, "restart")));
}

/*
 * Restores signals that nohup, or a script for its background jobs, has set to be ignored: a JVM
 * cannot handle a signal that is ignored when it starts.
 */
static void restore_signals(void) {
  static const int documented[] = {SIGHUP, SIGINT, SIGTERM};
  struct sigaction action = {.sa_handler = SIG_DFL};
  for (size_t i = 0; i < sizeof documented / sizeof *documented; i++) {
    (void)sigaction(documented[i], &action, NULL);
  }
}

/* Finds lib/grpcos-jvm, which starts a JVM, beside the folder of this program. */
static bool find_script(char *path) {
  static const char tail[] = "/lib/grpcos-jvm";
  ssize_t n = readlink("/proc/self/exe", path, PATH_MAX - sizeof tail);
  if (n <= 0) return false;
  path[n] = '\0';
  for (int folder = 0; folder < 2; folder++) { /* bin/grpcos */
    char *slash = strrchr(path, '/');
    if (slash != NULL) *slash = '\0';
  }
  memcpy(path + strlen(path), tail, sizeof tail);
  return true;
}

static void end_by_signals(void);

/*
 * Runs the command in a new JVM. Nothing has been read or written yet. Descriptors that were closed
 * are closed again, so that the script detects them.
 */
static void run_cold(const char *reason) {
  char path[PATH_MAX];
  if (resident >= 0) {
    close(resident);
    sigaction(SIGPIPE, &pipe_action, NULL);
  }
  if (reports_signals) end_by_signals();
  if (getcwd(path, sizeof path) == NULL && errno == ENOENT) {
    say("grpcos: the working folder was removed, and a command without a gateway needs one; change to an existing folder\n");
    LEAVE(1);
  }
  if (!find_script(path)) {
    say("grpcos: UNAVAILABLE: %s, and the rest of grpcos cannot be found without /proc; mount it\n", reason);
    LEAVE(EXIT_UNAVAILABLE);
  }
  arguments[0] = path;
  if (getenv("LISTEN_FDS") != NULL) {
    /* A socket from systemd may be blocking, and a JVM cannot change that (sd_listen_fds(3)). */
    int flags = fcntl(3, F_GETFL);
    if (flags >= 0) (void)fcntl(3, F_SETFL, flags | O_NONBLOCK);
  }
  if (is_server()) restore_signals();
  execv(path, arguments);
  if (errno == ENOENT && denied) {
    say("grpcos: PERMISSION_DENIED: %s\n", reason);
    LEAVE(EXIT_DENIED);
  }
  if (errno == ENOENT && refused) {
    say("grpcos: UNAVAILABLE: %s\n", reason);
  } else if (errno == ENOENT) {
    say("grpcos: UNAVAILABLE: %s, and there is no %s, which runs commands without a gateway; "
        "%sinstall all of grpcos, not its client alone\n",
        reason, path, unreached ? "name a gateway's socket with --socket or GRPCOS_SOCKET, or " : "");
  } else {
    say("grpcos: UNAVAILABLE: %s, and %s, which runs commands without a gateway, cannot be started: %s\n",
        reason, path, strerror(errno));
  }
  LEAVE(EXIT_UNAVAILABLE);
}

/* ---- finding the socket ---- */

static bool set_path(const char *folder, const char *file) {
  int n = snprintf(socket_path, sizeof socket_path, "%s%s", folder, file);
  return n > 0 && n < (int)sizeof socket_path;
}

static bool is_own_folder(const char *path) {
  struct stat folder;
  return lstat(path, &folder) == 0 && S_ISDIR(folder.st_mode) && folder.st_uid == geteuid();
}

/*
 * Without variables, as in cron, ssh and sudo: the first socket that exists, or else the place in
 * which the caller's own gateway would listen.
 */
static void find_default_socket(void) {
  char session[64];
  struct stat file;
  enum { SESSION, SYSTEM, TEMPORARY, PLACES };
  const char *folders[PLACES] = {NULL, "/run/grpcos", temporary_folder};
  *other_places = '\0';
  snprintf(session, sizeof session, "/run/user/%u", (unsigned)geteuid());
  snprintf(temporary_folder, sizeof temporary_folder, "/tmp/grpcos-%u", (unsigned)geteuid());
  bool in_session = is_own_folder(session);
  strcat(session, "/grpcos");
  if (in_session) folders[SESSION] = session;
  int found = PLACES;
  for (int i = PLACES - 1; i >= 0; i--) {
    /* any user can create the folder in /tmp */
    if (folders[i] == NULL || (i == TEMPORARY && !is_own_folder(temporary_folder))) continue;
    set_path(folders[i], "/gateway.sock");
    if (lstat(socket_path, &file) == 0) found = i;
  }
  if (found == PLACES) found = geteuid() == 0 ? SYSTEM : in_session ? SESSION : TEMPORARY;
  for (int i = 0; i < PLACES; i++) {
    if (folders[i] == NULL || i == found) continue;
    size_t n = strlen(other_places);
    snprintf(other_places + n, sizeof other_places - n, " or %s/gateway.sock", folders[i]);
  }
  set_path(folders[found], "/gateway.sock");
  if (found != TEMPORARY) *temporary_folder = '\0';
}

/* The rule of GatewaySocket in the JVM. */
static bool find_socket(void) {
  struct word option;
  const char *variable = getenv("GRPCOS_SOCKET");
  socket_by_option = find_option("socket", "", &option);
  socket_named = socket_by_option || (variable != NULL && *variable != '\0');
  if (socket_by_option) return option.value != NULL && *option.value != '\0' && set_path(option.value, "");
  if (socket_named) return set_path(variable, "");
  variable = getenv("XDG_RUNTIME_DIR");
  if (variable != NULL && *variable != '\0') return set_path(variable, "/grpcos/gateway.sock");
  find_default_socket();
  return true;
}

/* ---- which gateways the launcher trusts ---- */

/*
 * Checks a folder that may belong to this user, to the caller and to root. Others must not be able
 * to write it; the bits of the group also contain the rights that an ACL grants.
 */
static bool folder_is_safe(const char *path, const struct stat *folder, uid_t user, char *fault) {
  if (folder->st_uid != 0 && folder->st_uid != geteuid() && folder->st_uid != user) {
    snprintf(fault, FAULT, "the folder %s belongs to uid %u", path, (unsigned)folder->st_uid);
    return false;
  }
  if ((folder->st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    snprintf(fault, FAULT, "the folder %s can be written by others", path);
    return false;
  }
  return true;
}

/*
 * Walks an absolute path as the kernel does, and checks each folder that it passes, also on the way
 * of symbolic links.
 */
static bool path_is_safe(const char *path, uid_t server, char *fault) {
  char reached[PATH_MAX] = "", next[PATH_MAX], rest[PATH_MAX], target[PATH_MAX];
  struct stat file;
  int links = 0;
  snprintf(fault, FAULT, "%s cannot be examined", path);
  if (*path != '/' || strlen(path) >= sizeof rest || lstat("/", &file) != 0) return false;
  if (!folder_is_safe("/", &file, geteuid(), fault)) return false;
  strcpy(rest, path);
  for (const char *name = rest + strspn(rest, "/"); *name != '\0'; name += strspn(name, "/")) {
    size_t n = strcspn(name, "/");
    if (n == 2 && memcmp(name, "..", n) == 0) {
      char *slash = strrchr(reached, '/');
      if (slash != NULL) *slash = '\0';
    } else if (n != 1 || *name != '.') {
      int length = snprintf(next, sizeof next, "%s/%.*s", reached, (int)n, name);
      if (length >= (int)sizeof next || lstat(next, &file) != 0) return false;
      if (S_ISDIR(file.st_mode)) {
        if (!folder_is_safe(next, &file, server, fault)) return false;
        strcpy(reached, next);
      } else if (S_ISLNK(file.st_mode)) {
        ssize_t size = readlink(next, target, sizeof target - 1);
        if (size < 0 || ++links > MAX_LINKS || (size_t)size + strlen(name + n) >= sizeof rest) return false;
        memcpy(target + size, name + n, strlen(name + n) + 1);
        strcpy(rest, target);
        if (*rest == '/') *reached = '\0';
        name = rest;
        continue;
      }
    }
    name += n;
  }
  return true;
}

/* The path of P or P.cli from the root, without following symbolic links. */
static bool absolute(const char *path, char *to) {
  if (*path == '/') return snprintf(to, PATH_MAX, "%s", path) < PATH_MAX;
  char folder[PATH_MAX];
  return getcwd(folder, sizeof folder) != NULL && snprintf(to, PATH_MAX, "%s/%s", folder, path) < PATH_MAX;
}

/* Removes "." and ".." from an absolute path, as the commands do for their messages. */
static void normalize(char *path) {
  char *end = path;
  for (char *name = path + strspn(path, "/"); *name != '\0'; name += strspn(name, "/")) {
    size_t n = strcspn(name, "/");
    if (n == 2 && memcmp(name, "..", n) == 0) {
      while (end > path && *--end != '/') continue;
    } else if (n != 1 || *name != '.') {
      *end++ = '/';
      memmove(end, name, n);
      end += n;
    }
    name += n;
  }
  if (end == path) *end++ = '/';
  *end = '\0';
}

/*
 * Decides, before anything is sent, whether to trust the user who serves the socket; the JVM
 * decides in the same way in GatewayTrust. The folders on the path are examined only if the server
 * is another user's.
 */
static bool is_trusted(uid_t server, const char *address, char *refusal, size_t size) {
  char path[PATH_MAX], name[PATH_MAX], fault[FAULT];
  if (!absolute(socket_path, name)) snprintf(name, sizeof name, "%s", socket_path);
  else normalize(name);
  if (ours) {
    struct stat folder;
    if (*temporary_folder == '\0') return true;
    snprintf(fault, sizeof fault, "%s is not a folder", temporary_folder);
    if (lstat(temporary_folder, &folder) == 0 && S_ISDIR(folder.st_mode) &&
        folder_is_safe(temporary_folder, &folder, geteuid(), fault)) {
      return true;
    }
    snprintf(refusal, size, "%s: refused, because %s; remove it, or name another socket with --socket", name, fault);
    return false;
  }
  if (!socket_named) {
    snprintf(refusal, size,
             "%s: refused, because it is served by uid %u, neither you nor root; "
             "name the socket with --socket or GRPCOS_SOCKET if you trust that user",
             name, (unsigned)server);
    return false;
  }
  if (!absolute(address, path)) snprintf(fault, sizeof fault, "the working folder cannot be examined");
  else if (path_is_safe(path, server, fault)) return true;
  snprintf(refusal, size,
           "%s: refused, because it is served by uid %u, and %s; "
           "keep the socket in folders that only you, root and that user can write",
           name, (unsigned)server, fault);
  return false;
}

static long now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Returns whether the command names where its calls go: a server, a context or an upstream of the gateway. */
static bool has_target(void) {
  struct word word;
  const char *target = getenv("GRPCOS_TARGET"), *context = getenv("GRPCOS_CONTEXT");
  if (is_grpcurl() || find_option("target", "t", &word)) return true;
  return !socket_by_option && ((target != NULL && *target != '\0') || (context != NULL && *context != '\0'));
}

/* Returns whether the command has a screen, by the rule of TopCommand in the JVM. */
static bool has_screen(void) {
  struct word help;
  return is_argument(1, "top") && kinds[0] == TERMINAL && kinds[1] == TERMINAL && !is_on("batch") &&
         !find_option("help", "h", &help);
}

static bool makes_calls(void) {
  static const char *const commands[] = {"call", "list", "describe", "template", "health", "export", "session", "__complete"};
  for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
    if (is_argument(1, commands[i])) return true;
  }
  return false;
}

/* Opens the file with the name of the default context, in the folder of the caller's configuration. */
static int open_default_context(void) {
  char path[PATH_MAX];
  const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
  bool own = config == NULL || *config != '/';
  if (own && (home == NULL || *home != '/')) return -1;
  int n = snprintf(path, sizeof path, "%s%s/grpcos/default-context", own ? home : config, own ? "/.config" : "");
  return n < (int)sizeof path ? open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC) : -1;
}

/*
 * Names the context of "grpcos context use" in GRPCOS_CONTEXT, for a command that makes calls and names neither a
 * target nor a socket. Commands read that variable, so that they need not look for the file.
 */
static void find_default_context(void) {
  char name[128];
  struct word option;
  const char *socket = getenv("GRPCOS_SOCKET");
  if (!makes_calls() || find_option("socket", "", &option)) return;
  if (has_target() || (socket != NULL && *socket != '\0') || getenv("GRPCOS_CONTEXT") != NULL) return;
  int fd = open_default_context();
  if (fd < 0) return;
  ssize_t n = read(fd, name, sizeof name - 1);
  close(fd);
  if (n <= 0) return;
  name[n] = '\0';
  name[strcspn(name, "\n")] = '\0';
  if (*name != '\0' && setenv("GRPCOS_CONTEXT", name, 1) == 0) variables = environ;
}

/* ---- starting a gateway ---- */

/* Returns whether the command may start a gateway: one that makes calls, if the caller wants that. */
static bool may_start(void) {
  static const char *const commands[] = {"call", "session", "list", "describe", "template", "health", "export", "grpcurl"};
  const char *variable = getenv("GRPCOS_AUTOSTART");
  if (variable == NULL || strcmp(variable, "1") != 0) return false;
  for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
    if (is_argument(1, commands[i])) return true;
  }
  return false;
}

/* Text that a starter prints, up to the end of its first line. */
struct line {
  int fd; /* -1: it has ended */
  char text[MESSAGE];
  size_t length;
};

/* In the child: becomes "gateway start", whose output and errors go to these pipes. */
static void become_starter(const char *script, int output, int errors) {
  char *words[] = {(char *)script, "gateway", "start", "--idle", "15m", "--socket", socket_path, NULL};
  if (!socket_named) words[5] = NULL; /* it finds the same place, or the one in the configuration */
  int null = open("/dev/null", O_RDWR);
  if (null < 0 || dup2(null, 0) < 0 || dup2(output, 1) < 0 || dup2(errors, 2) < 0) _exit(EXIT_FAILURE_LOCAL);
  restore_signals();
  execv(script, words);
  say("%s cannot be run: %s\n", script, strerror(errno));
  _exit(EXIT_FAILURE_LOCAL);
}

static void read_line(struct line *line) {
  char block[MESSAGE];
  ssize_t got = read(line->fd, block, sizeof block);
  for (ssize_t i = 0; i < got && line->length < MESSAGE - 1; i++) line->text[line->length++] = block[i];
  if (got > 0 || (got < 0 && errno == EINTR)) return;
  line->text[strcspn(line->text, "\n")] = '\0';
  close(line->fd);
  line->fd = -1;
}

/* Reads the output and the errors until the starter has ended; returns whether it has in time. */
static bool read_lines(struct line *output, struct line *errors) {
  long end = now_ms() + START_MS;
  while (output->fd >= 0 || errors->fd >= 0) {
    struct pollfd ready[] = {{output->fd, POLLIN, 0}, {errors->fd, POLLIN, 0}};
    long left = end - now_ms();
    if (left <= 0) return false;
    if (poll(ready, 2, (int)left) <= 0) continue;
    if (ready[0].revents != 0) read_line(output);
    if (ready[1].revents != 0) read_line(errors);
  }
  return true;
}

/* Uses the socket of the new gateway: the configuration may name another one than the default. */
static bool use_socket(const char *path) {
  if (!socket_named && *path == '/' && strcmp(path, socket_path) != 0) {
    say("grpcos: GRPCOS_AUTOSTART: the gateway listens on %s; set GRPCOS_SOCKET to this path to avoid a new process "
        "for each command\n", path);
    if (setenv("GRPCOS_SOCKET", path, 1) != 0) return false; /* also for the commands */
    variables = environ;
  }
  return find_socket();
}

/* Starts a gateway in the background and finds its socket, or says in one line why there is none. */
static bool start_gateway(void) {
  char script[PATH_MAX];
  struct line output = {.fd = -1}, errors = {.fd = -1};
  int to[2], from[2], status = -1;
  if (!find_script(script) || pipe2(to, O_CLOEXEC) != 0) return false;
  if (pipe2(from, O_CLOEXEC) != 0) {
    close(to[0]);
    close(to[1]);
    return false;
  }
  pid_t child = fork();
  if (child == 0) become_starter(script, to[1], from[1]);
  close(to[1]);
  close(from[1]);
  output.fd = to[0];
  errors.fd = from[0];
  if (child > 0) {
    bool in_time = read_lines(&output, &errors);
    if (!in_time) kill(child, SIGTERM);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
    if (!in_time) snprintf(errors.text, sizeof errors.text, "it takes longer than %d s", START_MS / 1000);
  } else {
    snprintf(errors.text, sizeof errors.text, "%s", strerror(errno));
  }
  if (output.fd >= 0) close(output.fd);
  if (errors.fd >= 0) close(errors.fd);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return use_socket(output.text);
  const char *text = errors.text + (strncmp(errors.text, "grpcos: ", 8) == 0 ? 8 : 0);
  size_t n = strlen(text);
  if (n > 0 && text[n - 1] == ':') n--; /* lines that are not shown follow */
  if (n == 0) say("grpcos: GRPCOS_AUTOSTART started no gateway, running without one: the start was interrupted\n");
  else say("grpcos: GRPCOS_AUTOSTART started no gateway, running without one: %.*s\n", (int)n, text);
  return false;
}

static bool set_address(struct sockaddr_un *address) {
  int n = snprintf(address->sun_path, sizeof address->sun_path, "%s.cli", socket_path);
  return n < (int)sizeof address->sun_path;
}

/* Connects, or runs cold. */
static void connect_resident(long *deadline) {
  char reason[REASON];
  bool starts = may_start();
  if (!find_socket()) run_cold("the path of the gateway's socket is empty or too long");
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (!set_address(&address)) run_cold("the path of the gateway's socket is too long");
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) run_cold(strerror(errno));
  /* EAGAIN: the queue of connections is full, for example after 64 launches at once. */
  while (connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
    if (errno == EINTR) continue;
    if (errno != EAGAIN || now_ms() > *deadline) {
      if ((errno == ENOENT || errno == ECONNREFUSED) && starts) {
        starts = false;
        if (start_gateway() && set_address(&address)) {
          *deadline = now_ms() + ANSWER_MS;
          continue;
        }
      }
      close(fd);
      snprintf(reason, sizeof reason, "no gateway answers on %s%s", socket_path, other_places);
      unreached = true;
      run_cold(reason);
    }
    poll(NULL, 0, 5);
  }
  struct ucred peer;
  socklen_t size = sizeof peer;
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) {
    close(fd);
    run_cold("the kernel does not report the user of the gateway's process");
  }
  ours = peer.uid == geteuid() || peer.uid == 0;
  if (!is_trusted(peer.uid, address.sun_path, reason, sizeof reason)) {
    close(fd);
    refused = true;
    run_cold(reason);
  }
  if (!ours && (has_target() || has_screen())) {
    close(fd);
    run_cold(has_target() ? "targets are for the gateway's own user"
                          : "its screen is for the gateway's own user");
  }
  resident = fd;
  struct sigaction ignore = {.sa_handler = SIG_IGN};
  sigaction(SIGPIPE, &ignore, &pipe_action);
}

/* ---- the pager ---- */

/* Returns whether PATH has a program of this name; a name with a slash is a path. */
static bool is_program(const char *name, size_t n) {
  const char *folders = getenv("PATH");
  char path[PATH_MAX];
  struct stat file;
  if (memchr(name, '/', n) != NULL || folders == NULL) folders = "";
  while (true) {
    size_t folder = strcspn(folders, ":");
    int size = snprintf(path, sizeof path, "%.*s%s%.*s", (int)folder, folders, folder > 0 ? "/" : "", (int)n, name);
    if (size < (int)sizeof path && stat(path, &file) == 0 && S_ISREG(file.st_mode) && access(path, X_OK) == 0) return true;
    if (folders[folder] == '\0') return false;
    folders += folder + 1;
  }
}

/* Returns whether a name is a command or a keyword of the shell, such as exec. */
static bool is_shell_word(const char *name, size_t n) {
  char word[64];
  int status = -1;
  if (n >= sizeof word) return false;
  memcpy(word, name, n);
  word[n] = '\0';
  pid_t child = fork();
  if (child == 0) {
    int null = open("/dev/null", O_RDWR);
    if (null < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0 || dup2(null, 2) < 0) _exit(EXIT_FAILURE_LOCAL);
    execl("/bin/sh", "sh", "-c", "command -v \"$1\"", "sh", word, (char *)NULL);
    _exit(EXIT_FAILURE_LOCAL);
  }
  while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  return child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* Returns the command of the pager for this command, by the rule of Pager in the JVM; NULL: none. */
static const char *find_pager(void) {
  const char *command = getenv("PAGER"), *term = getenv("TERM");
  struct word help;
  if (kinds[1] != TERMINAL || !(is_argument(1, "list") || is_argument(1, "describe"))) return NULL;
  if (is_on("no-pager") || find_option("help", "h", &help)) return NULL;
  if (command == NULL) {
    bool able = term != NULL && *term != '\0' && strcmp(term, "dumb") != 0;
    return able && is_program("less", strlen("less")) ? "less" : NULL;
  }
  if (command[strspn(command, " \t")] == '\0' || strcmp(command, "cat") == 0) return NULL;
  size_t n = strcspn(command, " \t");
  bool plain = n > 0 && strcspn(command, " \t|&;<>()$`\\\"'*?[#~=%\n") == n;
  if (!plain || is_program(command, n) || is_shell_word(command, n)) return command;
  say("grpcos: PAGER: the program '%.*s' was not found; correct the variable, or give --no-pager\n", (int)n, command);
  return NULL;
}

/* The signals of a terminal's keys, which are for the pager. */
static const int keys[] = {SIGINT, SIGQUIT};
enum { KEYS = sizeof keys / sizeof *keys };

/* In the child: becomes the pager of what arrives on this pipe. */
static void become_pager(const char *command, int input, const struct sigaction *actions) {
  if (dup2(input, 0) < 0) _exit(EXIT_FAILURE_LOCAL);
  if (reports_signals) sigprocmask(SIG_SETMASK, &original_mask, NULL);
  for (int i = 0; i < KEYS; i++) sigaction(keys[i], &actions[i], NULL);
  sigaction(SIGPIPE, &pipe_action, NULL);
  setenv("LESS", "FRX", 0);
  execl("/bin/sh", "sh", "-c", command, (char *)NULL);
  _exit(EXIT_FAILURE_LOCAL);
}

/* Ends the output to the pager, and waits until the user has left it. Safe in a signal handler. */
static void end_pager(void) {
  int error = errno;
  if (pager == 0) return;
  if (terminal_errors >= 0) (void)dup2(terminal_errors, 2);
  close(1);
  while (waitpid(pager, NULL, 0) < 0 && errno == EINTR) continue;
  pager = 0;
  errno = error;
}

/* ---- the screen of top ---- */

/* Restores the mode of the terminal. Safe in a signal handler. */
static void restore_terminal(void) {
  if (!reads_keys) return;
  reads_keys = 0;
  (void)tcsetattr(0, TCSANOW, &terminal_mode);
}

/* For an end that the command does not know of: also shows what the terminal showed before it. */
static void leave_screen(void) {
  static const char text[] = "\033[?25h\033[?1049l";
  if (reads_keys && write(1, text, sizeof text - 1) < 0) return; /* the terminal is gone */
  restore_terminal();
}

static void end_screen(int signal) {
  struct sigaction action = {.sa_handler = SIG_DFL};
  leave_screen();
  sigaction(signal, &action, NULL);
  raise(signal);
}

/*
 * Makes the terminal pass each key on at once, without an echo and without stopping the command,
 * whose screen would stay. Ignored signals stay ignored.
 */
static void read_keys(void) {
  static const int ending[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};
  struct sigaction present, end = {.sa_handler = end_screen};
  if (tcgetattr(0, &terminal_mode) != 0) return;
  struct termios mode = terminal_mode;
  mode.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
  mode.c_cc[VSUSP] = _POSIX_VDISABLE;
  mode.c_cc[VQUIT] = _POSIX_VDISABLE;
  mode.c_cc[VMIN] = 1;
  mode.c_cc[VTIME] = 0;
  reads_keys = 1;
  for (size_t i = 0; i < sizeof ending / sizeof *ending; i++) {
    if (sigaction(ending[i], NULL, &present) == 0 && present.sa_handler == SIG_DFL) sigaction(ending[i], &end, NULL);
  }
  (void)tcsetattr(0, TCSADRAIN, &mode);
}

static void leave(int code) {
  end_pager();
  restore_terminal();
  LEAVE(code);
}

static void end_after_pager(int signal) {
  struct sigaction action = {.sa_handler = SIG_DFL};
  end_pager();
  sigaction(signal, &action, NULL);
  raise(signal);
}

/*
 * Starts the pager before the first output of a command that has one. It belongs to the caller, so
 * it runs here and not in the gateway. The keys that interrupt are for the pager: it would otherwise
 * lose the terminal to the shell. Standard error goes through it too, as text between its pages
 * would be overwritten.
 */
static void start_pager(void) {
  static const int ending[] = {SIGHUP, SIGTERM};
  struct sigaction ignore = {.sa_handler = SIG_IGN}, end = {.sa_handler = end_after_pager}, present, actions[KEYS];
  int ends[2];
  pager_decided = true;
  const char *command = find_pager();
  if (command == NULL || pipe2(ends, O_CLOEXEC) != 0) return;
  for (int i = 0; i < KEYS; i++) sigaction(keys[i], &ignore, &actions[i]);
  pid_t child = fork();
  if (child == 0) become_pager(command, ends[0], actions);
  close(ends[0]);
  if (child > 0) {
    pager = child;
    for (size_t i = 0; i < sizeof ending / sizeof *ending; i++) {
      if (sigaction(ending[i], NULL, &present) == 0 && present.sa_handler == SIG_DFL) sigaction(ending[i], &end, NULL);
    }
    if (kinds[2] == TERMINAL) terminal_errors = fcntl(2, F_DUPFD_CLOEXEC, 3);
    if (terminal_errors >= 0) (void)dup2(ends[1], 2);
    (void)dup2(ends[1], 1);
    kinds[1] = PIPE;
  } else {
    for (int i = 0; i < KEYS; i++) sigaction(keys[i], &actions[i], NULL);
  }
  close(ends[1]);
}

/* ---- HELLO ---- */

/*
 * Returns whether the gateway may read standard input: another user's only if the command reads it,
 * by the rule of RequestInput in the JVM. Otherwise it may belong to the loop that runs the command.
 */
static bool may_read_input(void) {
  struct word word;
  int positional = 0;
  if (ours || is_argument(1, "session")) return true;
  if (!is_argument(1, "call")) return false;
  if (find_option("data", "d", &word)) return word.value != NULL && strcmp(word.value, "@-") == 0;
  for (struct scan scan = all_words(); next_word(&scan, &word);) {
    if (word.name == NULL && ++positional > 2) return false; /* a FIELD, after "call" and METHOD */
  }
  return true;
}

/* Replaces a closed descriptor by one that fails with EBADF, so that no other file gets its number. */
static void look_at(int fd) {
  struct stat file;
  if (fstat(fd, &file) != 0) {
    kinds[fd] = CLOSED;
    int flags = (fd == 0 ? O_WRONLY : O_RDONLY) | O_CLOEXEC;
    if (open("/dev/null", flags) != fd) LEAVE(EXIT_FAILURE_LOCAL);
  } else if (S_ISCHR(file.st_mode)) {
    kinds[fd] = isatty(fd) ? TERMINAL : CHARACTER_DEVICE;
  } else {
    kinds[fd] = S_ISFIFO(file.st_mode) || S_ISSOCK(file.st_mode) ? PIPE : REGULAR;
  }
}

static uint32_t columns(void) {
  struct winsize size;
  for (int fd = 1; fd <= 2; fd++) {
    if (kinds[fd] == TERMINAL && ioctl(fd, TIOCGWINSZ, &size) == 0) return size.ws_col;
  }
  return 0;
}

static bool is_variable(const char *variable, const char *name) {
  size_t n = strlen(name);
  return strncmp(variable, name, n) == 0 && variable[n] == '=';
}

/* Returns whether the command line uses a variable, for the gateway of another user. */
static bool is_used(const char *variable) {
  struct word user;
  if (is_variable(variable, "GRPCOS_SOCKET")) return !socket_by_option;
  if (is_variable(variable, "GRPCOS_PASSWORD")) {
    /* The command rejects a value with a password, and does not use the variable. */
    return find_option("user", "u", &user) && user.value != NULL && *user.value != '@' &&
           strchr(user.value, ':') == NULL;
  }
  if (is_variable(variable, "GRPCOS_METADATA") || is_variable(variable, "GRPCOS_DEADLINE")) return is_on("inherit");
  bool terminal = kinds[1] == TERMINAL || kinds[2] == TERMINAL;
  return terminal && (is_variable(variable, "NO_COLOR") || is_variable(variable, "TERM"));
}

/* Returns whether calls pass a variable on as metadata: the trace goes with them to any gateway. */
static bool is_trace(const char *variable) {
  bool trace = is_variable(variable, "TRACEPARENT") || is_variable(variable, "TRACESTATE") ||
               is_variable(variable, "BAGGAGE");
  return trace && (is_argument(1, "call") || is_argument(1, "session") || is_argument(1, "health")) &&
         !is_on("no-trace");
}

static bool is_sent(const char *variable) {
  static const char *const names[] = {"GRPCOS_",  "NO_COLOR=",        "CLICOLOR_FORCE=", "TERM=",
                                      "COLUMNS=", "XDG_RUNTIME_DIR=", "XDG_CONFIG_HOME=", "HOME="};
  static const char *const for_targets[] = {"HTTPS_PROXY=", "https_proxy=", "HTTP_PROXY=", "http_proxy=", "NO_PROXY=",
                                            "no_proxy=", "REQUEST_METHOD=", "SSL_CERT_FILE=", "SSL_CERT_DIR="};
  if (is_trace(variable)) return true;
  if (!ours) return is_used(variable);
  for (size_t i = 0; i < sizeof for_targets / sizeof *for_targets; i++) {
    if (strncmp(variable, for_targets[i], strlen(for_targets[i])) == 0) return has_target();
  }
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    if (strncmp(variable, names[i], strlen(names[i])) == 0) return true;
  }
  return false;
}

static void hello_bytes(const void *data, size_t n) {
  if (hello.capacity - hello.end < n) run_cold("the arguments are too long for the gateway");
  put(&hello, data, n);
}

static void hello_number(uint32_t n) {
  char raw[4];
  store_number(raw, n);
  hello_bytes(raw, sizeof raw);
}

static void hello_string(const char *s) {
  size_t n = strlen(s);
  hello_number((uint32_t)n);
  hello_bytes(s, n);
}

/*
 * Copies the content of the pipe on stdin if it has no writer, and leaves it in the pipe. A command
 * that reads stdin saves a round trip; a command that does not, or that runs cold, finds it
 * unchanged.
 */
static size_t peek(char *to) {
  struct pollfd rest = {0, POLLIN, 0};
  int held = 0, copy[2];
  ssize_t n = -1;
  if (!ours || kinds[0] != PIPE || poll(&rest, 1, 0) != 1 || rest.revents != (POLLIN | POLLHUP)) return 0;
  if (ioctl(0, FIONREAD, &held) != 0 || held > PEEK || pipe2(copy, O_CLOEXEC | O_NONBLOCK) != 0) return 0;
  if (tee(0, copy[1], (size_t)held, SPLICE_F_NONBLOCK) == held) n = read(copy[0], to, (size_t)held);
  close(copy[0]);
  close(copy[1]);
  return n == held ? (size_t)held : 0;
}

/* The number of bytes of the rest of a regular file; -1: unknown. */
static int64_t rest_of(int fd) {
  struct stat file;
  off_t at = fstat(fd, &file) == 0 && S_ISREG(file.st_mode) ? lseek(fd, 0, SEEK_CUR) : -1;
  return at >= 0 && at < file.st_size ? file.st_size - at : -1;
}

static void compose_hello(void) {
  char folder[PATH_MAX];
  hello_bytes("H\0\0\0\0", HEADER);
  hello_number(PROTOCOL);
  hello_string(GRPCOS_VERSION);
  for (int fd = 0; fd <= 2; fd++) hello_bytes(&(char){(char)kinds[fd]}, 1);
  hello_number(columns());
  /* The folder was removed: relative names are opened here, and fail as they should. */
  hello_string(getcwd(folder, sizeof folder) != NULL ? folder : "/");
  hello_number((uint32_t)argument_count - 1);
  for (int i = 1; i < argument_count; i++) hello_string(arguments[i]);
  uint32_t count = 0;
  for (char **v = variables; *v != NULL; v++) count += is_sent(*v);
  hello_number(count);
  for (char **v = variables; *v != NULL; v++) {
    if (is_sent(*v)) hello_string(*v);
  }
  char stdin_bytes[PEEK];
  peeked = peek(stdin_bytes);
  hello_number((uint32_t)peeked);
  hello_bytes(stdin_bytes, peeked);
  int64_t rest = kinds[0] == REGULAR && may_read_input() ? rest_of(0) : -1;
  hello_number((uint32_t)((uint64_t)rest >> 32));
  hello_number((uint32_t)rest);
  store_number(hello.base + 1, (uint32_t)(hello.end - HEADER));
}

/* ---- requests of the resident ---- */

/* Returns the file of a FIELD argument: NAME=@FILE or NAME:=@FILE, but not NAME=@@TEXT; or NULL. */
static const char *field_file(const char *field) {
  const char *sign = strchr(field, '=');
  bool json = field[strspn(field, " \t\n\v\f\r")] == '{';
  return !json && sign != NULL && sign[1] == '@' && sign[2] != '@' ? sign + 2 : NULL;
}

/*
 * Returns whether an argument gives this file as an input, or as an output. Completion may read the
 * files of the command line that it completes, but not create them.
 */
static bool gives_file(const char *path, size_t n, bool output) {
  struct word word;
  int positional = 0;
  if (output && !is_argument(1, "call")) return false;
  for (struct scan scan = all_words(); next_word(&scan, &word);) {
    const char *file = word.value;
    if (output) {
      if (word.file != 'w') file = NULL;
    } else if (word.name == NULL) { /* after "call" and METHOD */
      file = ++positional > 2 && is_argument(1, "call") ? field_file(word.value) : NULL;
    } else if (file != NULL && word.file == '@') {
      file = *file == '@' ? file + 1 : NULL;
    } else if (word.file != 'f') {
      file = NULL;
    }
    if (file != NULL && strlen(file) == n && memcmp(file, path, n) == 0) return true;
  }
  return false;
}

/* The file of --netrc. It goes with --target, so another user's gateway has no use for it. */
static bool is_netrc(const char *path, size_t n) {
  static const char name[] = "/.netrc";
  const char *home = getenv("HOME");
  size_t folder = home == NULL ? 0 : strlen(home);
  return ours && folder > 0 && n == folder + strlen(name) && memcmp(path, home, folder) == 0 &&
         memcmp(path + folder, name, strlen(name)) == 0 && is_on("netrc");
}

/* The file of the authorities to trust, which only a target has. */
static bool is_authorities(const char *path, size_t n) {
  const char *file = getenv("SSL_CERT_FILE");
  return ours && file != NULL && strlen(file) == n && memcmp(file, path, n) == 0 && has_target();
}

/* Returns whether a text has ${NAME}; $${NAME} stands for the text ${NAME}. */
static bool expands(const char *text, size_t size, const char *name, size_t n) {
  for (const char *at = text; (at = memmem(at, size - (size_t)(at - text), name, n)) != NULL; at++) {
    const char *end = at + n;
    if (at - text >= 2 && at[-2] == '$' && at[-1] == '{' && (at - text == 2 || at[-3] != '$') &&
        end < text + size && *end == '}') {
      return true;
    }
  }
  return false;
}

/* The same for a file of headers; a pipe cannot be read twice, so its variables stay unknown. */
static bool file_expands(const char *path, const char *name, size_t n) {
  static char text[HEADER_FILE];
  size_t size = 0;
  struct stat file;
  int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (fd < 0) return false;
  ssize_t got = fstat(fd, &file) == 0 && S_ISREG(file.st_mode) ? 1 : 0;
  while (got > 0 && size < sizeof text) {
    got = read(fd, text + size, sizeof text - size);
    if (got > 0) size += (size_t)got;
  }
  close(fd);
  return expands(text, size, name, n);
}

/* Returns whether the gateway may ask for a variable: another user's only for what headers contain. */
static bool may_ask(const char *name, size_t n) {
  struct word word;
  if (n == 0 || !is_on("expand-headers")) return false;
  if (ours) return true;
  for (struct scan scan = all_words(); next_word(&scan, &word);) {
    if (!is_header(&word) || word.value == NULL) continue;
    if (*word.value == '@' && !is_grpcurl() ? file_expands(word.value + 1, name, n)
                           : expands(word.value, strlen(word.value), name, n)) {
      return true;
    }
  }
  return false;
}

static void answer_id(char type, uint32_t id, const char *text) {
  put_header(type, 4 + strlen(text));
  put_number(&sending, id);
  put(&sending, text, strlen(text));
}

static struct input *find_input(uint32_t id) {
  for (struct input *in = inputs; in < inputs + 1 + MAX_FILES; in++) {
    if (in->fd >= 0 && in->id == id) return in;
  }
  return NULL;
}

/*
 * Opens a file without waiting for the writer of a FIFO, since poll does that. After such an open,
 * poll would not report the end of a pipe of <(...) whose writer has ended already; opening such a
 * pipe never waits, so it is opened without O_NONBLOCK.
 */
static int open_file(const char *path) {
  int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  struct statfs system;
  if (fd >= 0 && fstatfs(fd, &system) == 0 && system.f_type == 0x50495045 /* PIPEFS_MAGIC */) {
    close(fd);
    fd = open(path, O_RDONLY | O_NOCTTY | O_CLOEXEC);
  }
  return fd;
}

/* Remembers an input, also after it is closed. */
static void keep_identity(int fd) {
  struct stat file;
  if (known_count == MAX_INPUTS || fstat(fd, &file) != 0 || !S_ISREG(file.st_mode)) return;
  known[known_count].device = file.st_dev;
  known[known_count++].inode = file.st_ino;
}

static void do_open(uint32_t id, const char *name, size_t n) {
  char path[PATH_MAX];
  struct input *in = inputs + 1;
  while (in < inputs + 1 + MAX_FILES && in->fd >= 0) in++;
  if (n >= sizeof path) {
    answer_id('F', id, strerror(ENAMETOOLONG));
  } else if (!gives_file(name, n, false) && !is_netrc(name, n) && !is_authorities(name, n)) {
    answer_id('F', id, "no argument gives it as a file");
  } else if (in == inputs + 1 + MAX_FILES) {
    answer_id('F', id, strerror(EMFILE));
  } else {
    memcpy(path, name, n);
    path[n] = '\0';
    int fd = open_file(path);
    if (fd < 0) {
      answer_id('F', id, strerror(errno));
    } else {
      *in = (struct input){id, fd, 0};
      keep_identity(fd);
      int64_t rest = rest_of(fd);
      put_header('O', 12);
      put_number(&sending, id);
      put_number(&sending, (uint32_t)((uint64_t)rest >> 32));
      put_number(&sending, (uint32_t)rest);
    }
  }
}

/*
 * Returns whether a file is or was an input, whose content would be lost. If there were too many
 * inputs, every file with content may be one of them.
 */
static bool is_input(int fd) {
  struct stat output, input;
  if (fstat(fd, &output) != 0 || !S_ISREG(output.st_mode)) return false;
  if (fstat(0, &input) == 0 && input.st_dev == output.st_dev && input.st_ino == output.st_ino) return true;
  for (size_t i = 0; i < known_count; i++) {
    if (known[i].device == output.st_dev && known[i].inode == output.st_ino) return true;
  }
  return known_count == MAX_INPUTS && output.st_size > 0;
}

/* Creates a file that only its owner can read; an existing file keeps its mode. */
static void do_create(uint32_t id, const char *name, size_t n) {
  char path[PATH_MAX];
  const char *problem = NULL;
  if (n >= sizeof path) {
    problem = strerror(ENAMETOOLONG);
  } else if (!gives_file(name, n, true)) {
    problem = "no argument gives it as a file";
  } else if (created_count == MAX_CREATED) {
    problem = strerror(EMFILE);
  } else {
    memcpy(path, name, n);
    path[n] = '\0';
    int fd = open(path, O_WRONLY | O_CREAT | O_NOCTTY | O_CLOEXEC, 0600);
    if (fd < 0) {
      problem = strerror(errno);
    } else if (fd > SCHAR_MAX || is_input(fd)) { /* a note of waiting output has one byte for it */
      problem = fd > SCHAR_MAX ? strerror(EMFILE) : "it is an input of the command";
      close(fd);
    } else {
      if (ftruncate(fd, 0) != 0) errno = 0; /* not a regular file */
      struct created *file = &created[created_count++];
      file->id = id;
      file->fd = fd;
      memcpy(file->name, path, n + 1);
    }
  }
  if (problem != NULL) answer_id('F', id, problem);
  else answer_id('O', id, "");
}

/* Returns the descriptor for the id of a WRITE frame; -1: none. */
static int output(uint32_t id) {
  if (id == 1 || id == 2) return (int)id;
  for (size_t i = 0; i < created_count; i++) {
    if (created[i].id == id) return created[i].fd;
  }
  return -1;
}

static void do_getenv(const char *name, size_t n) {
  const char *value = NULL;
  bool allowed = may_ask(name, n);
  for (char **v = variables; allowed && *v != NULL && value == NULL; v++) {
    const char *sign = strchr(*v, '=');
    if (sign != NULL && (size_t)(sign - *v) == n && memcmp(*v, name, n) == 0) value = sign + 1;
  }
  size_t size = value == NULL ? 0 : strnlen(value, MAX_REPLY - 64);
  put_header('V', 1 + size);
  put(&sending, &(char){value != NULL}, 1);
  put(&sending, value, size);
}

/* The characters that PrintableText in the JVM escapes, except those that lay out text. */
static bool is_unsafe(uint32_t c) {
  if (c == '\n' || c == '\t' || c == '\r') return false;
  return c < ' ' || (c >= 0x7f && c <= 0x9f) || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

/* Returns the number of bytes of the character that begins with this byte; 0: none does. */
static size_t size_of_character(unsigned char first) {
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/* Returns the character that has these bytes; DEL if they are not UTF-8. */
static uint32_t character(const unsigned char *bytes, size_t n) {
  uint32_t c = n == 1 ? bytes[0] : bytes[0] & (0x7fu >> n);
  for (size_t i = 1; i < n; i++) {
    if ((bytes[i] & 0xc0) != 0x80) return 0x7f;
    c = c << 6 | (bytes[i] & 0x3f);
  }
  return (n == 3 && c < 0x800) || (n == 4 && c < 0x10000) ? 0x7f : c;
}

/* Returns whether a byte may follow in a sequence that sets colours, or that clears the line. */
static bool continues_escape(const struct sequence *sequence, unsigned char byte) {
  if (sequence->length == 1) return byte == '[';
  return sequence->length < SEQUENCE - 1 && ((byte >= '0' && byte <= '9') || byte == ';');
}

/* Returns whether a byte completes such a sequence. */
static bool completes_escape(const struct sequence *sequence, unsigned char byte) {
  return (byte == 'm' && sequence->length > 1) || (byte == 'K' && sequence->length == 2);
}

/* Copies a complete sequence, or "?" in place of an unsafe one; returns the number of bytes. */
static size_t finish_sequence(struct sequence *sequence, bool safe, char *to) {
  size_t n = safe ? sequence->length : 1;
  memcpy(to, safe ? (const char *)sequence->bytes : "?", n);
  sequence->length = 0;
  return n;
}

/*
 * Copies text without what controls a terminal or misleads its reader, apart from colours; returns
 * the number of bytes. The end of an unfinished sequence may follow in the next text.
 */
static size_t make_printable(struct sequence *sequence, const char *text, size_t n, char *to) {
  unsigned char *bytes = sequence->bytes;
  size_t size = 0;
  for (size_t i = 0; i < n; i++) {
    unsigned char byte = (unsigned char)text[i];
    bool escape = sequence->length > 0 && bytes[0] == '\033';
    bool completes = escape && completes_escape(sequence, byte);
    bool continues = escape ? completes || continues_escape(sequence, byte) : (byte & 0xc0) == 0x80;
    if (sequence->length > 0 && !continues) {
      size_t printable = escape ? sequence->length - 1 : 0;
      memcpy(to + size + 1, bytes + 1, printable);
      size += finish_sequence(sequence, false, to + size) + printable;
      escape = false;
    }
    bytes[sequence->length++] = byte;
    if (escape) {
      if (completes) size += finish_sequence(sequence, true, to + size);
    } else if (bytes[0] != '\033' && sequence->length >= size_of_character(bytes[0])) {
      bool safe = size_of_character(bytes[0]) > 0 && !is_unsafe(character(bytes, sequence->length));
      size += finish_sequence(sequence, safe, to + size);
    }
  }
  return size;
}

/* Returns the gateway's reason for not running a command, for a message; it may be shortened. */
static const char *printable_reason(const char *text, size_t n) {
  static char reason[512 + SEQUENCE];
  reason[make_printable(&(struct sequence){.length = 0}, text, n < 512 ? n : 512, reason)] = '\0';
  return reason;
}

/*
 * Output waits in the order of its arrival, so that a terminal shows stdout and stderr as if one
 * process had written them. A note is a descriptor, a length and the bytes.
 */
static void do_write(char fd, const char *data, size_t n) {
  if (!ours && fd <= 2 && is_screen[(int)fd]) {
    size_t sent = unfinished[(int)fd].length + n;
    n = make_printable(&unfinished[(int)fd], data, n, printable_space);
    data = printable_space;
    /* The resident counts what it sent, and no character is longer than before. */
    unacknowledged += (uint32_t)(sent - n - unfinished[(int)fd].length);
  }
  if (n == 0) return;
  char *end = reserve(&waiting, HEADER + n);
  bool joins = length(&waiting) > 0 && waiting.base[waiting.start + last_note] == fd;
  if (joins) {
    char *note = waiting.base + waiting.start + last_note;
    store_number(note + 1, number(note + 1) + (uint32_t)n);
  } else {
    last_note = length(&waiting);
    end[0] = fd;
    store_number(end + 1, (uint32_t)n);
    waiting.end += HEADER;
  }
  put(&waiting, data, n);
}

/* The pipe has no writer, so this does not wait, even if another process has read from it. */
static void do_take(void) {
  char taken[PEEK];
  ssize_t n;
  do {
    n = read(0, taken, peeked);
    if (n > 0) peeked -= (size_t)n;
  } while (peeked > 0 && (n > 0 || (n < 0 && errno == EINTR)));
  peeked = 0;
}

/* Ends the command; the output to other descriptors that waits is written first. */
static void lose_file(int fd, int reason) {
  for (lost = created; lost->fd != fd; lost++) continue;
  lost_reason = reason;
  if (!over) close(resident);
  over = true;
}

static void end_with(int code) {
  over = true;
  exit_code = code;
  close(resident);
}

static void protocol_error(void) {
  end_pager();
  leave_screen();
  say("grpcos: UNAVAILABLE: the gateway at %s sent a frame that grpcos %s does not know; restart the gateway\n",
      socket_path, GRPCOS_VERSION);
  LEAVE(EXIT_UNAVAILABLE);
}

/* ---- signals ---- */

static void on_signal(int signal) { signalled = signal; }

static const int ending[] = {SIGHUP, SIGINT, SIGTERM};

/*
 * From here on, a signal is reported to the resident, which answers with the last output. A second
 * signal ends the launcher at once. Ignored signals stay ignored.
 */
static void report_signals(void) {
  sigset_t blocked;
  if (reports_signals) return;
  reports_signals = true;
  sigemptyset(&blocked);
  for (size_t i = 0; i < sizeof ending / sizeof *ending; i++) sigaddset(&blocked, ending[i]);
  sigprocmask(SIG_BLOCK, &blocked, &original_mask);
  for (size_t i = 0; i < sizeof ending / sizeof *ending; i++) {
    struct sigaction present, action = {.sa_handler = on_signal};
    if (sigaction(ending[i], NULL, &present) == 0 && present.sa_handler == SIG_DFL) sigaction(ending[i], &action, NULL);
  }
}

/* Restores the actions of all signals. */
static void restore_actions(void) {
  struct sigaction present, action = {.sa_handler = SIG_DFL};
  for (size_t i = 0; i < sizeof ending / sizeof *ending; i++) {
    if (sigaction(ending[i], NULL, &present) == 0 && present.sa_handler == on_signal) sigaction(ending[i], &action, NULL);
  }
}

/* Ends the reports. Signals that have arrived take effect now, also one that was reported. */
static void end_by_signals(void) {
  restore_actions();
  if (signalled != 0) raise(signalled);
  sigprocmask(SIG_SETMASK, &original_mask, NULL);
}

/* Restores the actions of all signals, and begins the time in which the resident has to answer. */
static void take_signal(void) {
  restore_actions();
  signal_taken = true;
  signal_deadline = now_ms() + SIGNAL_MS;
}

/* Input may have filled the buffer; the signal is reported when some of it has been sent. */
static void report_signal(void) {
  if (space(&sending) < 64) return;
  reported = true;
  put_header('S', 4);
  put_number(&sending, (uint32_t)signalled);
}

/* Ends after the reader of stdout has left. The command may still have written to its first file. */
static void end_without_reader(void) {
  bool finished = over && exit_code >= 0;
  end_pager();
  restore_terminal();
  if (!finished) {
    say("grpcos: --failed %s may be incomplete: the gateway at %s %s\n", created[0].name, socket_path,
        over ? "ended during the command" : "did not answer");
  }
  LEAVE(finished ? 0 : EXIT_FAILURE_LOCAL);
}

/* Ends as if the signal had not been handled, so that the shell sees it. */
static void end_by_signal(void) {
  if (signalled == SIGPIPE) end_without_reader();
  struct sigaction action = {.sa_handler = SIG_DFL};
  end_pager();
  restore_terminal();
  sigaction(signalled, &action, NULL);
  raise(signalled);
  sigprocmask(SIG_SETMASK, &original_mask, NULL);
  LEAVE(128 + signalled);
}

static void do_frame(char type, const char *payload, size_t n) {
  struct input *in;
  char reason[1024];
  if (!accepted && type != 'A' && type != 'C' && type != 'd') type = 0;
  switch (type) {
    case 'A':
      accepted = true;
      return;
    case 'C':
      if (touched) break;
      snprintf(reason, sizeof reason, "the gateway at %.256s cannot run this (%s)", socket_path,
               printable_reason(payload, n));
      run_cold(reason);
      return;
    case 'd':
      if (touched) break;
      denied = true;
      snprintf(reason, sizeof reason, "the gateway at %.256s: %s", socket_path, printable_reason(payload, n));
      run_cold(reason);
      return;
    case 'w':
      if (n < 4 || output(number(payload)) < 0) break;
      touched = true;
      do_write((char)output(number(payload)), payload + 4, n - 4);
      return;
    case 'r':
      in = n == 8 ? find_input(number(payload)) : NULL;
      if (in == NULL || in->wanted != 0 || number(payload + 4) == 0) break;
      touched = true;
      if (in->fd == 0 && !may_read_input()) {
        answer_id('F', 0, "the command does not read it");
        return;
      }
      in->wanted = number(payload + 4) < BLOCK ? number(payload + 4) : BLOCK;
      if (in->fd == 0 && !reads_keys && has_screen()) read_keys();
      return;
    case 't':
      if (n != 0 || peeked == 0) break;
      touched = true;
      do_take();
      return;
    case 'o':
      if (n < 4 || number(payload) < 3 || find_input(number(payload)) != NULL) break;
      do_open(number(payload), payload + 4, n - 4);
      return;
    case 'k':
      if (n < 4 || number(payload) < 3 || output(number(payload)) >= 0) break;
      do_create(number(payload), payload + 4, n - 4);
      return;
    case 'i':
      report_signals();
      return;
    case 'c':
      in = n == 4 && number(payload) != 0 ? find_input(number(payload)) : NULL;
      if (in == NULL) break;
      close(in->fd);
      *in = (struct input){0, -1, 0};
      return;
    case 'g':
      do_getenv(payload, n);
      return;
    case 'x':
      if (n != 4) break;
      end_with((int)(number(payload) & 255));
      return;
    default:
      break;
  }
  protocol_error();
}

/* Returns whether a frame of any type can be processed without waiting. */
static bool has_room(void) {
  return space(&sending) >= MAX_REPLY && space(&waiting) >= HEADER + MAX_FRAME + SEQUENCE;
}

static void take_frames(void) {
  while (!over && has_room() && length(&received) >= HEADER) {
    const char *frame = received.base + received.start;
    uint32_t n = number(frame + 1);
    if (n > MAX_FRAME) {
      protocol_error();
      return;
    }
    if (length(&received) - HEADER < n) return;
    received.start += HEADER + n;
    do_frame(frame[0], frame + HEADER, n);
  }
}

/* ---- input and output ---- */

/* The gateway is gone: prints the remaining output, then the reason. */
static void lose_resident(void) {
  if (!accepted) run_cold("the gateway ended before it took the command");
  end_with(-1);
}

static void receive(void) {
  char *end = reserve(&received, HEADER + MAX_FRAME);
  ssize_t n = recv(resident, end, received.capacity - received.end, 0);
  if (n > 0) {
    received.end += (size_t)n;
  } else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
    lose_resident();
  }
}

/* receive() reports a failure to send, after the frames that arrived before the close. */
static void send_from(struct bytes *b) {
  while (length(b) > 0) {
    ssize_t n = send(resident, b->base + b->start, length(b), MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno != EAGAIN) b->start = b->end;
    if (n < 0) return;
    b->start += (size_t)n;
  }
}

/*
 * A reader that ends early, such as head, is not an error. Closing the socket cancels the call, but
 * a command that has created files finishes them first.
 */
static void lose_reader(void) {
  if (created_count == 0) leave(0);
  reader_left = true;
  if (over || signal_taken) return;
  signalled = SIGPIPE;
  take_signal();
}

/* A pipe that is empty and has no writer stays empty. */
static bool is_drained_pipe(int fd) {
  struct pollfd rest = {fd, POLLIN, 0};
  return poll(&rest, 1, 0) == 1 && rest.revents == POLLHUP;
}

static void read_input(struct input *in) {
  char *frame = reserve(&sending, HEADER + 4 + BLOCK);
  ssize_t n = read(in->fd, frame + HEADER + 4, in->wanted);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
  in->wanted = 0;
  if (n < 0) {
    answer_id('F', in->id, strerror(errno));
    return;
  }
  put_header(n > 0 && is_drained_pipe(in->fd) ? 'L' : 'D', 4 + (size_t)n);
  put_number(&sending, in->id);
  sending.end += (size_t)n;
}

/*
 * Writes once, and at most as much as a pipe takes at once when poll reports it as writable: the
 * descriptors are shared with other processes, so they are not made non-blocking.
 */
static void write_output(void) {
  char *note = waiting.base + waiting.start;
  int fd = note[0];
  if (fd == 1 && !pager_decided) start_pager();
  size_t left = number(note + 1);
  size_t most = (fd <= 2 && kinds[fd] == REGULAR) || left < PIPE_BUF ? left : PIPE_BUF;
  bool drops = (lost != NULL && fd == lost->fd) || (reader_left && fd == 1);
  ssize_t n = drops ? (ssize_t)left : write(fd, note + HEADER, most);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (n < 0 && fd == 1 && errno == EPIPE) {
    lose_reader();
  } else if (n < 0 && fd == 1) {
    end_pager();
    restore_terminal();
    say("grpcos: cannot write to standard output: %s\n", strerror(errno));
    LEAVE(EXIT_FAILURE_LOCAL);
  }
  if (n < 0 && fd > 2) lose_file(fd, errno);
  if (n < 0) n = (ssize_t)left; /* a lost reader or file, or stderr, whose failure cannot be reported */
  stdout_begun |= fd == 1;
  unacknowledged += (uint32_t)n;
  waiting.start += (size_t)n;
  if ((size_t)n == left) {
    waiting.start += HEADER;
    last_note -= HEADER + (size_t)n; /* wraps if this was the last note, and is not used then */
  } else {
    /* The rest becomes a note: its header overwrites the bytes that were written. */
    memmove(waiting.base + waiting.start, note, 1);
    store_number(waiting.base + waiting.start + 1, (uint32_t)(left - (size_t)n));
    last_note -= last_note == 0 ? 0 : (size_t)n;
  }
}

static void acknowledge(void) {
  if (unacknowledged < ACKNOWLEDGE || space(&sending) < 64) return;
  put_header('N', 4);
  put_number(&sending, unacknowledged);
  unacknowledged = 0;
}

/* The resident did not accept in time. */
static void give_up(void) {
  char first = 0;
  /* Shut down before looking: after that, the command can no longer be accepted. */
  shutdown(resident, SHUT_RDWR);
  if (recv(resident, &first, 1, 0) == 1 && first == 'A') {
    accepted = true;
    lose_resident();
    return;
  }
  say("grpcos: the gateway at %s does not answer; running without it\n", socket_path);
  run_cold("the gateway does not answer");
}

/* One round: handles each ready descriptor once, then the frames that arrived. */
static void serve(long deadline) {
  struct pollfd polls[3 + MAX_FILES];
  struct input *polled[3 + MAX_FILES];
  nfds_t n = 2;
  if (signal_taken && !reported && !over) report_signal();
  bool receives = !over && has_room();
  bool sends = !over && length(&hello) + length(&sending) > 0;
  bool writes = length(&waiting) > 0;
  /*
   * The command also ends if the reader of stdout goes away while the server is silent, but only
   * after some output was written: a call with a side effect is made even if no one reads.
   */
  bool watches = !writes && stdout_begun && kinds[1] == PIPE && !reader_left;
  polls[0] = (struct pollfd){receives || sends ? resident : -1,
                             (short)((receives ? POLLIN : 0) | (sends ? POLLOUT : 0)), 0};
  polls[1] = (struct pollfd){writes ? waiting.base[waiting.start] : watches ? 1 : -1, writes ? POLLOUT : 0, 0};
  bool reads = !over && space(&sending) >= HEADER + 4 + BLOCK;
  for (struct input *in = inputs; reads && in < inputs + 1 + MAX_FILES; in++) {
    if (in->fd < 0 || in->wanted == 0) continue;
    polled[n] = in;
    polls[n++] = (struct pollfd){in->fd, POLLIN, 0};
  }
  bool bounded = signal_taken || !(accepted || over);
  long left = (signal_taken ? signal_deadline : deadline) - now_ms();
  if (left < 0) left = 0;
  struct timespec time = {left / 1000, left % 1000 * 1000000};
  int ready = ppoll(polls, n, bounded ? &time : NULL, reports_signals ? &original_mask : NULL);
  if (signalled != 0 && !signal_taken) take_signal();
  else if (ready == 0 && signal_taken) end_by_signal();
  if (ready == 0) give_up();
  if (ready <= 0) return;
  if (receives && polls[0].revents & ~POLLOUT) receive();
  if (polls[1].revents != 0) {
    if (watches) lose_reader();
    else write_output();
    acknowledge();
  }
  for (nfds_t i = 2; i < n && !over; i++) {
    if (polls[i].revents != 0 && space(&sending) >= HEADER + 4 + BLOCK) read_input(polled[i]);
  }
  if (over) return;
  send_from(length(&hello) > 0 ? &hello : &sending);
  take_frames();
}

/* ---- answers without the resident ---- */

/* A text that certain arguments print. */
struct answer {
  const char *words; /* the arguments, with a byte 1 between them */
  const char *text;
  int code;
};

/* The build writes the texts of --version and of help; without them the commands print these. */
#ifdef GRPCOS_TEXTS
#include GRPCOS_TEXTS
#else
static const struct answer answers[] = {{NULL, NULL, 0}};
#endif

static const struct answer *find_answer(void) {
  char words[128];
  size_t n = 0;
  for (int i = 1; i < argument_count; i++) {
    size_t length = strlen(arguments[i]);
    if (length == 0 || strchr(arguments[i], 1) != NULL || n + 1 + length >= sizeof words) return NULL;
    if (i > 1) words[n++] = 1;
    memcpy(words + n, arguments[i], length);
    n += length;
  }
  words[n] = '\0';
  for (const struct answer *answer = answers; answer->words != NULL; answer++) {
    if (strcmp(words, answer->words) == 0) return answer;
  }
  return NULL;
}

/* Returns whether standard output has colours, as for the commands. */
static bool is_coloured(void) {
  const char *none = getenv("NO_COLOR"), *term = getenv("TERM");
  return kinds[1] == TERMINAL && (none == NULL || *none == '\0') && (term == NULL || strcmp(term, "dumb") != 0);
}

/* Prints a text, without its escape sequences if there are no colours. */
static void print_answer(const char *text) {
  bool coloured = is_coloured();
  struct sigaction ignore = {.sa_handler = SIG_IGN};
  sigaction(SIGPIPE, &ignore, NULL);
  for (const char *from = text; *from != '\0';) {
    size_t escape = coloured ? strlen(from) : strcspn(from, "\033");
    put(&waiting, from, escape);
    from += escape;
    if (*from != '\0') from += strcspn(from, "m") + 1;
  }
  while (length(&waiting) > 0) {
    ssize_t n = write(1, waiting.base + waiting.start, length(&waiting));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EPIPE) LEAVE(0);
    if (n < 0) {
      say("grpcos: cannot write to standard output: %s\n", strerror(errno));
      LEAVE(EXIT_FAILURE_LOCAL);
    }
    waiting.start += (size_t)n;
  }
}

/* Under the name grpcurl, for example of a link, the program is that command. */
static void take_name(void) {
  const char *slash = strrchr(arguments[0], '/');
  if (strcmp(slash == NULL ? arguments[0] : slash + 1, "grpcurl") != 0) return;
  char **words = calloc((size_t)argument_count + 2, sizeof *words);
  if (words == NULL) {
    say("grpcos: %s\n", strerror(errno));
    LEAVE(EXIT_FAILURE_LOCAL);
  }
  words[0] = arguments[0];
  words[1] = "grpcurl";
  memcpy(words + 2, arguments + 1, (size_t)argument_count * sizeof *words); /* with the NULL at the end */
  arguments = words;
  argument_count++;
}

static bool is_cold(void) {
  const char *cold = getenv("GRPCOS_COLD");
  return cold != NULL && strcmp(cold, "1") == 0;
}

static bool needs_own_process(void) {
  return is_cold() || is_server() || is_argument(1, "tap") ||
         (is_argument(1, "gateway") && (is_argument(2, "stop") || is_argument(2, "check") ||
                                        is_argument(2, "logs") || is_argument(2, "share")));
}

int main(int count, char **values, char **environment) {
  if (count < 1) return 2;
  argument_count = count;
  arguments = values;
  variables = environment;
  take_name();
  for (int fd = 0; fd <= 2; fd++) {
    look_at(fd);
    is_screen[fd] = kinds[fd] == TERMINAL;
  }
  const struct answer *answer = is_cold() ? NULL : find_answer();
  if (answer != NULL) {
    print_answer(answer->text);
    LEAVE(answer->code);
  }
  find_default_context();
  if (needs_own_process()) run_cold("this command requires a separate process");
  inputs[0] = (struct input){0, 0, 0};
  for (int i = 1; i <= MAX_FILES; i++) inputs[i].fd = -1;
  long deadline = now_ms() + ANSWER_MS;
  connect_resident(&deadline);
  compose_hello();
  send_from(&hello);
  while (!over || length(&waiting) > 0) serve(deadline);
  end_pager();
  if (exit_code < 0) leave_screen();
  restore_terminal();
  if (lost != NULL) {
    say("grpcos: --failed %s cannot be written: %s\n", lost->name, strerror(lost_reason));
    exit_code = EXIT_FAILURE_LOCAL;
  }
  if (signalled != 0 && !(signalled == SIGPIPE && lost != NULL)) end_by_signal();
  if (reader_left && lost == NULL) leave(0);
  if (exit_code >= 0) LEAVE(exit_code);
  say("grpcos: UNAVAILABLE: the gateway at %s ended during the command\n", socket_path);
  LEAVE(EXIT_UNAVAILABLE);
}
