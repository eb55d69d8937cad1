/*
 * Compares the launcher's C library with the system's: results, contents and errno. It is linked with
 * libc.c, whose symbols have got the prefix own_. Arguments: a seed and a number of random texts. Runs
 * in an empty folder of its own.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define OWN(name) extern __typeof(name) own_##name
OWN(__errno_location); OWN(environ); OWN(_exit); OWN(open); OWN(close); OWN(read); OWN(write); OWN(lseek);
OWN(ftruncate); OWN(fstat); OWN(stat); OWN(lstat); OWN(fstatfs); OWN(access); OWN(readlink); OWN(getcwd);
OWN(fcntl); OWN(ioctl); OWN(dup2); OWN(pipe2); OWN(tee); OWN(ppoll); OWN(poll); OWN(socket); OWN(connect);
OWN(getsockopt); OWN(send); OWN(recv); OWN(shutdown); OWN(isatty); OWN(tcgetattr); OWN(tcsetattr); OWN(fork);
OWN(execv); OWN(execl); OWN(waitpid); OWN(kill); OWN(raise); OWN(geteuid); OWN(clock_gettime); OWN(sigaction);
OWN(sigprocmask); OWN(sigemptyset); OWN(sigaddset); OWN(memmove); OWN(memcpy); OWN(memset); OWN(memcmp);
OWN(memchr); OWN(memmem); OWN(strnlen); OWN(strlen); OWN(strcpy); OWN(strcat); OWN(strncmp); OWN(strcmp);
OWN(strchr); OWN(strrchr); OWN(strspn); OWN(strcspn); OWN(calloc); OWN(getenv); OWN(setenv); OWN(vsnprintf);
OWN(snprintf); OWN(strerror);

/* Never called: the program starts with the system's library. */
int own_main(void) { return 0; }

static int checks;

static void check(int right, const char *what, int line) {
  checks++;
  if (right) return;
  fprintf(stderr, "compare_libc.c:%d: %s\n", line, what);
  exit(1);
}

#define CHECK(what) check(what, #what, __LINE__)

static long own_error(long result) { return result == -1 ? *own___errno_location() : 0; }

static long error(long result) { return result == -1 ? errno : 0; }

/* Both calls have the same result, and the same errno if they fail. */
#define SAME(own, system)                                                                 \
  do {                                                                                    \
    long own_result = (long)(own), own_reason = own_error(own_result);                    \
    long result = (long)(system), reason = error(result);                                 \
    check(own_result == result && own_reason == reason, #own " is " #system, __LINE__);   \
  } while (0)

/* ---- strings ---- */

static uint64_t seed;

static uint32_t any(uint32_t bound) {
  seed = seed * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(seed >> 33) % bound;
}

static int sign(int n) { return (n > 0) - (n < 0); }

enum { MOST = 64 };

/* Returns space for n bytes before a page that cannot be read. */
static char *before_gap(int which, size_t n) {
  static char *pages[3];
  size_t size = (size_t)sysconf(_SC_PAGESIZE);
  if (pages[which] == NULL) {
    pages[which] = mmap(NULL, 2 * size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages[which] == MAP_FAILED || mprotect(pages[which] + size, size, PROT_NONE) != 0) exit(2);
  }
  return pages[which] + size - n;
}

/* A text of few different bytes, so that parts of it are found in another. */
static char *any_text(int which, size_t n) {
  char *text = before_gap(which, n + 1);
  for (size_t i = 0; i < n; i++) text[i] = "ab/\200\377 "[any(6)];
  text[n] = '\0';
  return text;
}

static void compare_strings(void) {
  size_t n = any(MOST), m = any(4);
  char *text = any_text(0, n), *part = any_text(1, m);
  int byte = "ab/\200\377 \0c"[any(8)];
  SAME(own_strlen(text), strlen(text));
  SAME(own_strnlen(text, m), strnlen(text, m));
  SAME(own_strchr(text, byte), strchr(text, byte));
  SAME(own_strrchr(text, byte), strrchr(text, byte));
  SAME(own_strspn(text, part), strspn(text, part));
  SAME(own_strcspn(text, part), strcspn(text, part));
  SAME(sign(own_strcmp(text, part)), sign(strcmp(text, part)));
  SAME(sign(own_strncmp(text, part, m)), sign(strncmp(text, part, m)));
  SAME(own_memchr(text, byte, n), memchr(text, byte, n));
  SAME(own_memmem(text, n, part, m), memmem(text, n, part, m));
  SAME(sign(own_memcmp(text, part, m < n ? m : n)), sign(memcmp(text, part, m < n ? m : n)));
}

static void compare_copies(void) {
  char a[2 * MOST], b[2 * MOST];
  size_t n = any(MOST), from = any(MOST), to = any(MOST);
  for (size_t i = 0; i < sizeof a; i++) a[i] = b[i] = (char)any(256);
  CHECK(own_memmove(a + to, a + from, n) == a + to);
  memmove(b + to, b + from, n);
  CHECK(memcmp(a, b, sizeof a) == 0);
  CHECK(own_memset(a + from, (int)n - 8, n) == a + from);
  memset(b + from, (int)n - 8, n);
  CHECK(memcmp(a, b, sizeof a) == 0);
  char *text = any_text(0, n), *copy = before_gap(1, n + 1);
  CHECK(own_strcpy(copy, text) == copy && memcmp(copy, text, n + 1) == 0);
  CHECK(own_memcpy(copy, a, n) == copy && memcmp(copy, a, n) == 0);
  char *whole = before_gap(2, 2 * n + 1);
  memcpy(whole, text, n + 1);
  CHECK(own_strcat(whole, text) == whole && strlen(whole) == 2 * n && memcmp(whole + n, text, n + 1) == 0);
}

/* The formats of the launcher's messages. */
static void compare_formats(void) {
  char a[MOST], b[MOST], *text = any_text(0, any(MOST));
  size_t capacity = any(MOST);
  int number = (int)(any(UINT32_MAX) << any(32)), precision = (int)any(MOST) - 1;
  memset(a, 'x', sizeof a);
  memset(b, 'x', sizeof b);
#define FORMAT(...)                                                                         \
  do {                                                                                      \
    SAME(own_snprintf(a, capacity, __VA_ARGS__), snprintf(b, capacity, __VA_ARGS__));       \
    CHECK(memcmp(a, b, sizeof a) == 0);                                                     \
  } while (0)
  FORMAT("%s", text);
  FORMAT("a %s b %s%s", text, "", text);
  FORMAT("%.*s/%.7s.", precision, text, text);
  FORMAT("%d, %d%%", number, INT_MIN);
  FORMAT("%u-%u", (unsigned)number, 0U);
  FORMAT("no directive%s", "");
}

static void compare_reasons(void) {
  for (int i = -1; i < 200; i++) CHECK(strcmp(own_strerror(i), strerror(i)) == 0);
}

/* ---- memory and variables ---- */

static void compare_variables(void) {
  char *variables[] = {"AB=1", "A=2", "EMPTY=", NULL};
  own_environ = variables;
  CHECK(strcmp(own_getenv("A"), "2") == 0);
  CHECK(strcmp(own_getenv("AB"), "1") == 0);
  CHECK(strcmp(own_getenv("EMPTY"), "") == 0);
  CHECK(own_getenv("B") == NULL && own_getenv("EMPT") == NULL);
  CHECK(own_setenv("A", "3", 0) == 0 && strcmp(own_getenv("A"), "2") == 0);
  CHECK(own_setenv("A", "3=", 1) == 0 && strcmp(own_getenv("A"), "3=") == 0);
  CHECK(own_setenv("NEW", "", 0) == 0 && strcmp(own_getenv("NEW"), "") == 0);
  CHECK(own_setenv("OTHER", "4", 1) == 0 && strcmp(own_getenv("OTHER"), "4") == 0);
  CHECK(strcmp(own_getenv("AB"), "1") == 0 && own_environ[5] == NULL);
  volatile size_t large = SIZE_MAX / 2;
  char *block = own_calloc(100000, 3);
  CHECK(block != NULL && block[0] == 0 && block[299999] == 0);
  CHECK(own_calloc(large, 3) == NULL && *own___errno_location() == ENOMEM);
  CHECK(own_calloc(large, 1) == NULL && *own___errno_location() == ENOMEM);
}

/* ---- files ---- */

static void compare_files(void) {
  struct stat a, b;
  struct statfs c, d;
  char text[PATH_MAX], other[PATH_MAX];
  umask(022);
  int fd = own_open("file", O_RDWR | O_CREAT | O_CLOEXEC, 0640);
  CHECK(fd >= 0 && stat("file", &b) == 0 && (b.st_mode & 07777) == 0640);
  CHECK(own_write(fd, "0123456789", 10) == 10);
  SAME(own_lseek(fd, -4, SEEK_END), lseek(fd, -4, SEEK_END));
  CHECK(own_read(fd, text, sizeof text) == 4 && memcmp(text, "6789", 4) == 0);
  CHECK(own_ftruncate(fd, 5) == 0);
  CHECK(symlink("file", "link") == 0);
  CHECK(own_stat("link", &a) == 0 && stat("link", &b) == 0 && memcmp(&a, &b, sizeof a) == 0 && a.st_size == 5);
  CHECK(own_lstat("link", &a) == 0 && lstat("link", &b) == 0 && memcmp(&a, &b, sizeof a) == 0 && S_ISLNK(a.st_mode));
  CHECK(own_fstat(fd, &a) == 0 && fstat(fd, &b) == 0 && memcmp(&a, &b, sizeof a) == 0);
  CHECK(own_fstatfs(fd, &c) == 0 && fstatfs(fd, &d) == 0 && c.f_type == d.f_type && c.f_bsize == d.f_bsize);
  SAME(own_readlink("link", text, sizeof text), readlink("link", other, sizeof other));
  CHECK(memcmp(text, "file", 4) == 0);
  SAME(own_access("file", X_OK), access("file", X_OK));
  SAME(own_access("file", R_OK), access("file", R_OK));
  CHECK(own_getcwd(text, sizeof text) == text && strcmp(text, getcwd(other, sizeof other)) == 0);
  SAME(own_getcwd(text, 1) != NULL, getcwd(other, 1) != NULL);
  SAME(own_open("none", O_RDONLY), open("none", O_RDONLY));
  SAME(own_stat("file/x", &a), stat("file/x", &b));
  SAME(own_fstat(-1, &a), fstat(-1, &b));
  SAME(own_read(-1, text, 1), read(-1, other, 1));
  SAME(own_close(-1), close(-1));
  SAME(own_fcntl(fd, F_GETFL), fcntl(fd, F_GETFL));
  CHECK(own_fcntl(fd, F_SETFL, O_NONBLOCK) == 0 && (fcntl(fd, F_GETFL) & O_NONBLOCK) != 0);
  CHECK(own_fcntl(fd, F_DUPFD_CLOEXEC, 50) == 50 && fcntl(50, F_GETFD) == FD_CLOEXEC);
  CHECK(own_dup2(fd, 50) == 50);
  CHECK(fcntl(50, F_GETFD) == 0);
  SAME(own_dup2(50, 50), dup2(50, 50));
  SAME(own_dup2(51, 51), dup2(51, 51));
  CHECK(own_close(50) == 0 && own_close(fd) == 0);
}

static void compare_folder_without_path(void) {
  char path[PATH_MAX], place[PATH_MAX];
  CHECK(getcwd(place, sizeof place) != NULL && mkdir("gone", 0700) == 0 && chdir("gone") == 0 && rmdir("../gone") == 0);
  CHECK(own_getcwd(path, sizeof path) == NULL && *own___errno_location() == ENOENT);
  CHECK(chdir(place) == 0);
}

static void compare_pipes(void) {
  int ends[2], held, other[2];
  char text[8];
  CHECK(own_pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0 && fcntl(ends[1], F_GETFD) == FD_CLOEXEC && pipe(other) == 0);
  struct pollfd ready = {ends[0], POLLIN, 0};
  struct timespec time = {0, 1000000}, before = time;
  CHECK(own_poll(&ready, 1, 10) == 0 && own_poll(&ready, 1, 0) == 0);
  CHECK(own_ppoll(&ready, 1, &time, NULL) == 0 && memcmp(&time, &before, sizeof time) == 0);
  CHECK(own_write(ends[1], "abc", 3) == 3 && own_ioctl(ends[0], FIONREAD, &held) == 0 && held == 3);
  CHECK(own_poll(&ready, 1, -1) == 1 && ready.revents == POLLIN);
  CHECK(own_tee(ends[0], other[1], 3, SPLICE_F_NONBLOCK) == 3 && read(other[0], text, 8) == 3);
  CHECK(read(ends[0], text, 8) == 3);
  SAME(own_read(ends[0], text, 8), read(ends[0], text, 8)); /* EAGAIN */
  close(ends[0]), close(ends[1]), close(other[0]), close(other[1]);
}

static void compare_sockets(void) {
  struct sockaddr_un address = {AF_UNIX, "socket"};
  struct ucred peer;
  socklen_t size = sizeof peer;
  char text[8];
  int server = socket(AF_UNIX, SOCK_STREAM, 0), client = own_socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  SAME(own_connect(client, (struct sockaddr *)&address, sizeof address),
       connect(client, (struct sockaddr *)&address, sizeof address)); /* ENOENT */
  CHECK(bind(server, (struct sockaddr *)&address, sizeof address) == 0);
  SAME(own_connect(client, (struct sockaddr *)&address, sizeof address),
       connect(client, (struct sockaddr *)&address, sizeof address)); /* ECONNREFUSED */
  CHECK(listen(server, 1) == 0 && own_connect(client, (struct sockaddr *)&address, sizeof address) == 0);
  CHECK(own_getsockopt(client, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.pid == getpid());
  int accepted = accept(server, NULL, NULL);
  CHECK(own_send(client, "abc", 3, MSG_NOSIGNAL) == 3 && own_recv(accepted, text, 8, 0) == 3);
  CHECK(own_recv(accepted, text, 8, MSG_DONTWAIT) == -1 && *own___errno_location() == EAGAIN);
  CHECK(own_shutdown(client, SHUT_RDWR) == 0 && own_recv(accepted, text, 8, 0) == 0);
  CHECK(own_send(accepted, "abc", 3, MSG_NOSIGNAL) == -1 && *own___errno_location() == EPIPE);
  close(server), close(client), close(accepted);
}

static void compare_terminals(void) {
  struct termios a, b;
  int master = posix_openpt(O_RDWR | O_NOCTTY);
  CHECK(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
  int fd = open(ptsname(master), O_RDWR | O_NOCTTY), file = open("file", O_RDONLY);
  CHECK(own_isatty(fd) == 1 && own_isatty(file) == 0 && *own___errno_location() == ENOTTY);
  for (int round = 0; round < 2; round++) {
    CHECK(own_tcgetattr(fd, &a) == 0 && tcgetattr(fd, &b) == 0);
    CHECK(a.c_iflag == b.c_iflag && a.c_oflag == b.c_oflag && a.c_cflag == b.c_cflag && a.c_lflag == b.c_lflag);
    CHECK(a.c_line == b.c_line && memcmp(a.c_cc, b.c_cc, 19) == 0);
    a.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    a.c_cc[VMIN] = 3;
    CHECK(own_tcsetattr(fd, round == 0 ? TCSADRAIN : TCSANOW, &a) == 0 && tcgetattr(fd, &b) == 0);
    CHECK(b.c_lflag == a.c_lflag && b.c_cc[VMIN] == 3 && b.c_cflag == a.c_cflag);
  }
  SAME(own_tcgetattr(file, &a), tcgetattr(file, &b));
  close(fd), close(master), close(file);
}

/* ---- processes, signals, time ---- */

static volatile sig_atomic_t handled;

static void on_signal(int signal) { handled += signal; }

static void compare_signals(void) {
  struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART}, present;
  sigset_t set, other, before;
  CHECK(own_sigemptyset(&set) == 0 && sigemptyset(&other) == 0);
  CHECK(own_sigaddset(&set, SIGTERM) == 0 && sigaddset(&other, SIGTERM) == 0);
  CHECK(own_sigaddset(&set, SIGHUP) == 0 && sigaddset(&other, SIGHUP) == 0);
  CHECK(memcmp(&set, &other, sizeof(uint64_t)) == 0);
  action.sa_mask = set;
  CHECK(own_sigaction(SIGUSR1, &action, NULL) == 0 && own_raise(SIGUSR1) == 0 && handled == SIGUSR1);
  CHECK(own_kill(getpid(), SIGUSR1) == 0 && handled == 2 * SIGUSR1);
  CHECK(own_sigaction(SIGUSR1, NULL, &present) == 0);
  CHECK(present.sa_handler == on_signal && present.sa_flags == SA_RESTART && sigismember(&present.sa_mask, SIGHUP) == 1);
  CHECK(sigaction(SIGUSR1, NULL, &present) == 0 && present.sa_handler == on_signal && sigismember(&present.sa_mask, SIGTERM) == 1);
  CHECK(own_sigaction(SIGKILL, &action, NULL) == -1 && *own___errno_location() == EINVAL);
  sigemptyset(&other);
  sigaddset(&other, SIGUSR1);
  CHECK(own_sigprocmask(SIG_BLOCK, &other, &before) == 0 && own_raise(SIGUSR1) == 0 && handled == 2 * SIGUSR1);
  struct timespec time = {10, 0};
  CHECK(own_ppoll(NULL, 0, &time, &before) == -1 && *own___errno_location() == EINTR && handled == 3 * SIGUSR1);
  CHECK(own_sigprocmask(SIG_SETMASK, &before, NULL) == 0);
  struct sigaction ignore = {.sa_handler = SIG_IGN};
  CHECK(own_sigaction(SIGUSR1, &ignore, &present) == 0 && present.sa_handler == on_signal && own_raise(SIGUSR1) == 0);
  CHECK(handled == 3 * SIGUSR1);
}

static int end_of(pid_t child) {
  int status = 0;
  CHECK(own_waitpid(child, &status, 0) == child);
  return status;
}

static void compare_processes(void) {
  char *variables[] = {"CODE=7", NULL}, *words[] = {"sh", "-c", "exit $CODE", NULL}, *none[] = {"none", NULL};
  own_environ = variables;
  pid_t child = own_fork();
  if (child == 0) own__exit(5);
  CHECK(end_of(child) == 5 << 8);
  child = own_fork();
  if (child == 0) own_execv("/bin/sh", words);
  CHECK(end_of(child) == 7 << 8);
  child = own_fork();
  if (child == 0) own_execl("/bin/sh", "sh", "-c", "exit $(($1 + $2))", "sh", "2", "4", (char *)NULL);
  CHECK(end_of(child) == 6 << 8);
  SAME(own_execv("none", none), execv("none", none));
  int status;
  SAME(own_waitpid(-1, &status, 0), waitpid(-1, &status, 0)); /* ECHILD */
  SAME(own_geteuid(), geteuid());
  struct timespec before, now, after;
  clock_gettime(CLOCK_MONOTONIC, &before);
  CHECK(own_clock_gettime(CLOCK_MONOTONIC, &now) == 0);
  clock_gettime(CLOCK_MONOTONIC, &after);
#define NANOSECONDS(time) ((time).tv_sec * 1000000000L + (time).tv_nsec)
  CHECK(NANOSECONDS(before) <= NANOSECONDS(now) && NANOSECONDS(now) <= NANOSECONDS(after));
}

int main(int count, char **values) {
  if (count != 3) return 2;
  seed = strtoull(values[1], NULL, 10);
  for (long n = strtol(values[2], NULL, 10); n > 0; n--) {
    compare_strings();
    compare_copies();
    compare_formats();
  }
  compare_reasons();
  compare_variables();
  compare_files();
  compare_folder_without_path();
  compare_pipes();
  compare_sockets();
  compare_terminals();
  compare_signals();
  compare_processes();
  printf("%d checks\n", checks);
  return 0;
}
