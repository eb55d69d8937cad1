/*
 * The part of the C library that the launcher uses, and the start of the program.
 *
 * A system's C library first asks the processor for its features and caches. In a virtual machine
 * each of these questions is a trap to the hypervisor: together they take longer than all else that
 * the launcher does. So the launcher is linked with this file alone. Where it does not compile, for
 * example for another processor, the build uses the system's library.
 *
 * All functions do what POSIX and the GNU C library document, for a program with one thread, as far
 * as the launcher needs it. Their declarations are those of the system's headers. System calls:
 * syscalls(2). The types of these headers are those of the kernel unless a comment says otherwise.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
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
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

/* ---- system calls ---- */

static int error;

int *__errno_location(void) { return &error; }

#if defined __x86_64__ && defined __LP64__

static long kernel(long number, long a, long b, long c, long d, long e, long f) {
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  register long r9 __asm__("r9") = f;
  long result = number;
  __asm__ volatile("syscall"
                   : "+a"(result)
                   : "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
}

#elif defined __aarch64__ && defined __LP64__

static long kernel(long number, long a, long b, long c, long d, long e, long f) {
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = d;
  register long x4 __asm__("x4") = e;
  register long x5 __asm__("x5") = f;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
  return x0;
}

#else
#error "no system calls for this processor"
#endif

/* Returns what the kernel returns, or -1 with errno. */
static long checked(long result) {
  if (result >= 0 || result < -4095) return result;
  error = (int)-result;
  return -1;
}

#define CALL(name, a, b, c, d, e, f) \
  checked(kernel(SYS_##name, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f)))
#define CALL1(name, a) CALL(name, a, 0, 0, 0, 0, 0)
#define CALL2(name, a, b) CALL(name, a, b, 0, 0, 0, 0)
#define CALL3(name, a, b, c) CALL(name, a, b, c, 0, 0, 0)
#define CALL4(name, a, b, c, d) CALL(name, a, b, c, d, 0, 0)

/* ---- files ---- */

int open(const char *path, int flags, ...) {
  va_list list;
  va_start(list, flags);
  mode_t mode = (flags & O_CREAT) != 0 ? va_arg(list, mode_t) : 0;
  va_end(list);
  return (int)CALL4(openat, AT_FDCWD, path, flags, mode);
}

int close(int fd) { return (int)CALL1(close, fd); }

ssize_t read(int fd, void *to, size_t n) { return CALL3(read, fd, to, n); }

ssize_t write(int fd, const void *from, size_t n) { return CALL3(write, fd, from, n); }

off_t lseek(int fd, off_t offset, int whence) { return CALL3(lseek, fd, offset, whence); }

int ftruncate(int fd, off_t length) { return (int)CALL2(ftruncate, fd, length); }

int fstat(int fd, struct stat *to) { return (int)CALL2(fstat, fd, to); }

int stat(const char *path, struct stat *to) { return (int)CALL4(newfstatat, AT_FDCWD, path, to, 0); }

int lstat(const char *path, struct stat *to) {
  return (int)CALL4(newfstatat, AT_FDCWD, path, to, AT_SYMLINK_NOFOLLOW);
}

int fstatfs(int fd, struct statfs *to) { return (int)CALL2(fstatfs, fd, to); }

int access(const char *path, int mode) { return (int)CALL3(faccessat, AT_FDCWD, path, mode); }

ssize_t readlink(const char *path, char *to, size_t n) { return CALL4(readlinkat, AT_FDCWD, path, to, n); }

char *getcwd(char *to, size_t n) {
  if (CALL2(getcwd, to, n) < 0) return NULL;
  if (to[0] == '/') return to;
  error = ENOENT; /* the kernel says "(unreachable)" */
  return NULL;
}

int fcntl(int fd, int command, ...) {
  va_list list;
  va_start(list, command);
  long argument = va_arg(list, long);
  va_end(list);
  return (int)CALL3(fcntl, fd, command, argument);
}

int ioctl(int fd, unsigned long request, ...) {
  va_list list;
  va_start(list, request);
  void *argument = va_arg(list, void *);
  va_end(list);
  return (int)CALL3(ioctl, fd, request, argument);
}

int dup2(int from, int to) {
  if (from == to) return fcntl(from, F_GETFD, 0L) < 0 ? -1 : to; /* dup3 refuses it */
  return (int)CALL3(dup3, from, to, 0);
}

int pipe2(int ends[2], int flags) { return (int)CALL2(pipe2, ends, flags); }

ssize_t tee(int from, int to, size_t n, unsigned flags) { return CALL4(tee, from, to, n, flags); }

/* The kernel changes the time that is left, which POSIX does not allow; its sets of signals have 64 bits. */
int ppoll(struct pollfd *files, nfds_t n, const struct timespec *timeout, const sigset_t *mask) {
  struct timespec left;
  if (timeout != NULL) left = *timeout;
  return (int)CALL(ppoll, files, n, timeout == NULL ? NULL : &left, mask, sizeof(uint64_t), 0);
}

int poll(struct pollfd *files, nfds_t n, int milliseconds) {
  struct timespec timeout = {milliseconds / 1000, milliseconds % 1000 * 1000000L};
  return ppoll(files, n, milliseconds < 0 ? NULL : &timeout, NULL);
}

/* ---- sockets ---- */

int socket(int domain, int type, int protocol) { return (int)CALL3(socket, domain, type, protocol); }

int connect(int fd, const struct sockaddr *address, socklen_t n) { return (int)CALL3(connect, fd, address, n); }

int getsockopt(int fd, int level, int option, void *to, socklen_t *n) {
  return (int)CALL(getsockopt, fd, level, option, to, n, 0);
}

ssize_t send(int fd, const void *from, size_t n, int flags) { return CALL4(sendto, fd, from, n, flags); }

ssize_t recv(int fd, void *to, size_t n, int flags) { return CALL4(recvfrom, fd, to, n, flags); }

int shutdown(int fd, int how) { return (int)CALL2(shutdown, fd, how); }

/* ---- terminals ---- */

/* The kernel's struct termios, which has fewer characters and no speeds outside the flags. */
struct kernel_termios {
  tcflag_t input, output, control, local;
  cc_t line, characters[19];
};

int isatty(int fd) {
  struct kernel_termios mode;
  return ioctl(fd, TCGETS, &mode) == 0;
}

int tcgetattr(int fd, struct termios *to) {
  struct kernel_termios mode;
  if (ioctl(fd, TCGETS, &mode) != 0) return -1;
  *to = (struct termios){
      .c_iflag = mode.input, .c_oflag = mode.output, .c_cflag = mode.control, .c_lflag = mode.local, .c_line = mode.line};
  memcpy(to->c_cc, mode.characters, sizeof mode.characters);
  return 0;
}

int tcsetattr(int fd, int when, const struct termios *from) {
  struct kernel_termios mode = {from->c_iflag, from->c_oflag, from->c_cflag, from->c_lflag, from->c_line, {0}};
  memcpy(mode.characters, from->c_cc, sizeof mode.characters);
  return ioctl(fd, TCSETS + (unsigned long)when, &mode);
}

/* ---- processes, signals, time ---- */

char **environ;

void _exit(int code) {
  for (;;) (void)CALL1(exit_group, code);
}

pid_t fork(void) { return (pid_t)CALL1(clone, SIGCHLD); }

int execv(const char *path, char *const words[]) { return (int)CALL3(execve, path, words, environ); }

int execl(const char *path, const char *word, ...) {
  enum { MOST = 8 };
  char *words[MOST + 1] = {(char *)word};
  va_list list;
  va_start(list, word);
  for (int i = 1; i < MOST && words[i - 1] != NULL; i++) words[i] = va_arg(list, char *);
  va_end(list);
  return execv(path, words);
}

pid_t waitpid(pid_t pid, int *status, int options) { return (pid_t)CALL4(wait4, pid, status, options, NULL); }

int kill(pid_t pid, int signal) { return (int)CALL2(kill, pid, signal); }

int raise(int signal) { return kill((pid_t)CALL1(getpid, 0), signal); }

uid_t geteuid(void) { return (uid_t)CALL1(geteuid, 0); }

int clock_gettime(clockid_t clock, struct timespec *to) { return (int)CALL2(clock_gettime, clock, to); }

/* The kernel's struct sigaction. */
struct kernel_sigaction {
  void (*handler)(int);
  unsigned long flags;
  void (*restorer)(void);
  uint64_t mask;
};

#ifdef __x86_64__
enum { RESTORER = 0x4000000 }; /* without it, the kernel refuses to call a handler */
void grpcos_restorer(void);
__asm__(".text\n"
        "grpcos_restorer:\n"
        "  mov $15, %eax\n" /* rt_sigreturn */
        "  syscall\n");
#else
enum { RESTORER = 0 };
#define grpcos_restorer NULL
#endif

int sigaction(int signal, const struct sigaction *from, struct sigaction *to) {
  struct kernel_sigaction next, present;
  if (from != NULL) {
    next = (struct kernel_sigaction){from->sa_handler, (unsigned)from->sa_flags | RESTORER, grpcos_restorer, 0};
    memcpy(&next.mask, &from->sa_mask, sizeof next.mask);
  }
  if (CALL4(rt_sigaction, signal, from == NULL ? NULL : &next, &present, sizeof next.mask) != 0) return -1;
  if (to != NULL) {
    *to = (struct sigaction){.sa_handler = present.handler, .sa_flags = (int)(present.flags & ~(unsigned long)RESTORER)};
    memcpy(&to->sa_mask, &present.mask, sizeof present.mask);
  }
  return 0;
}

int sigprocmask(int how, const sigset_t *from, sigset_t *to) {
  return (int)CALL4(rt_sigprocmask, how, from, to, sizeof(uint64_t));
}

int sigemptyset(sigset_t *set) {
  memset(set, 0, sizeof *set);
  return 0;
}

int sigaddset(sigset_t *set, int signal) {
  uint64_t bits;
  memcpy(&bits, set, sizeof bits);
  bits |= (uint64_t)1 << (signal - 1);
  memcpy(set, &bits, sizeof bits);
  return 0;
}

/* ---- bytes and strings ---- */

/* Macros in some headers. */
#undef memchr
#undef strchr
#undef strrchr

typedef uint64_t __attribute__((aligned(1), may_alias)) word;

void *memmove(void *to, const void *from, size_t n) {
  char *t = to;
  const char *f = from;
  if (t <= f) {
    for (; n >= sizeof(word); n -= sizeof(word), t += sizeof(word), f += sizeof(word)) *(word *)t = *(const word *)f;
    for (; n > 0; n--) *t++ = *f++;
  } else {
    for (; n >= sizeof(word); n -= sizeof(word)) {
      *(word *)(t + n - sizeof(word)) = *(const word *)(f + n - sizeof(word));
    }
    for (; n > 0; n--) t[n - 1] = f[n - 1];
  }
  return to;
}

void *memcpy(void *restrict to, const void *restrict from, size_t n) { return memmove(to, from, n); }

void *memset(void *to, int byte, size_t n) {
  for (char *t = to; n > 0; n--) *t++ = (char)byte;
  return to;
}

int memcmp(const void *a, const void *b, size_t n) {
  const unsigned char *x = a, *y = b;
  for (; n > 0 && *x == *y; n--, x++, y++) continue;
  return n == 0 ? 0 : *x - *y;
}

void *memchr(const void *from, int byte, size_t n) {
  const unsigned char *f = from;
  for (; n > 0; n--, f++) {
    if (*f == (unsigned char)byte) return (void *)f;
  }
  return NULL;
}

void *memmem(const void *from, size_t n, const void *part, size_t size) {
  for (const char *f = from; n >= size; n--, f++) {
    if (memcmp(f, part, size) == 0) return (void *)f;
  }
  return NULL;
}

size_t strnlen(const char *text, size_t n) {
  size_t i = 0;
  while (i < n && text[i] != '\0') i++;
  return i;
}

size_t strlen(const char *text) { return strnlen(text, SIZE_MAX); }

char *strcpy(char *restrict to, const char *restrict from) { return memcpy(to, from, strlen(from) + 1); }

char *strcat(char *restrict to, const char *restrict from) {
  strcpy(to + strlen(to), from);
  return to;
}

int strncmp(const char *a, const char *b, size_t n) {
  for (; n > 0 && *a == *b && *a != '\0'; n--, a++, b++) continue;
  return n == 0 ? 0 : (unsigned char)*a - (unsigned char)*b;
}

int strcmp(const char *a, const char *b) { return strncmp(a, b, SIZE_MAX); }

char *strchr(const char *text, int byte) { return memchr(text, byte, strlen(text) + 1); }

char *strrchr(const char *text, int byte) {
  for (size_t n = strlen(text) + 1; n > 0; n--) {
    if (text[n - 1] == (char)byte) return (char *)text + n - 1;
  }
  return NULL;
}

size_t strspn(const char *text, const char *bytes) {
  size_t n = 0;
  while (text[n] != '\0' && strchr(bytes, text[n]) != NULL) n++;
  return n;
}

size_t strcspn(const char *text, const char *bytes) {
  size_t n = 0;
  while (text[n] != '\0' && strchr(bytes, text[n]) == NULL) n++;
  return n;
}

/* ---- memory and variables ---- */

/* Nothing is freed: the launcher allocates at most a few blocks. */
void *calloc(size_t n, size_t size) {
  size_t bytes;
  long block = -ENOMEM;
  if (!__builtin_mul_overflow(n, size, &bytes)) {
    block = kernel(SYS_mmap, 0, (long)(bytes + (bytes == 0)), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  }
  return checked(block) == -1 ? NULL : (void *)block;
}

static char **find_variable(const char *name, size_t n) {
  char **at = environ;
  while (*at != NULL && !(strncmp(*at, name, n) == 0 && (*at)[n] == '=')) at++;
  return at;
}

char *getenv(const char *name) {
  size_t n = strlen(name);
  char **at = find_variable(name, n);
  return *at == NULL ? NULL : *at + n + 1;
}

int setenv(const char *name, const char *value, int replace) {
  size_t n = strlen(name), size = strlen(value) + 1, count = 0;
  char **at = find_variable(name, n);
  if (*at != NULL && !replace) return 0;
  char *variable = calloc(n + 1 + size, 1);
  if (variable == NULL) return -1;
  memcpy(variable, name, n);
  variable[n] = '=';
  memcpy(variable + n + 1, value, size);
  if (*at == NULL) {
    while (environ[count] != NULL) count++;
    char **longer = calloc(count + 2, sizeof *longer);
    if (longer == NULL) return -1;
    memcpy(longer, environ, count * sizeof *longer);
    environ = longer;
    at = longer + count;
  }
  *at = variable;
  return 0;
}

/* ---- texts ---- */

struct text {
  char *to;
  size_t capacity, length; /* the length may be larger: that of the whole text */
};

static void append(struct text *text, const char *from, size_t n) {
  for (; n > 0; n--, text->length++) {
    if (text->length < text->capacity) text->to[text->length] = *from++;
  }
}

static void append_number(struct text *text, unsigned value, int negative) {
  char digits[12], *first = digits + sizeof digits;
  do *--first = (char)('0' + value % 10);
  while ((value /= 10) > 0);
  if (negative) *--first = '-';
  append(text, first, (size_t)(digits + sizeof digits - first));
}

/* Knows %%, %d, %u, and %s with or without a precision; anything else is a mistake in the launcher. */
int vsnprintf(char *restrict to, size_t capacity, const char *restrict format, va_list list) {
  struct text text = {to, capacity, 0};
  for (const char *f = format; *f != '\0'; f++) {
    size_t plain = strcspn(f, "%");
    append(&text, f, plain);
    f += plain;
    if (*f++ == '\0') break;
    int precision = -1;
    if (*f == '.' && *++f == '*') {
      precision = va_arg(list, int);
      f++;
    } else if (f[-1] == '.') {
      for (precision = 0; *f >= '0' && *f <= '9'; f++) precision = precision * 10 + (*f - '0');
    }
    if (*f == 's') {
      const char *value = va_arg(list, const char *);
      append(&text, value, precision < 0 ? strlen(value) : strnlen(value, (size_t)precision));
    } else if (*f == 'd') {
      int value = va_arg(list, int);
      append_number(&text, value < 0 ? 0U - (unsigned)value : (unsigned)value, value < 0);
    } else if (*f == 'u') {
      append_number(&text, va_arg(list, unsigned), 0);
    } else if (*f == '%') {
      append(&text, f, 1);
    } else {
      __builtin_trap();
    }
  }
  if (capacity > 0) to[text.length < capacity ? text.length : capacity - 1] = '\0';
  return (int)text.length;
}

int snprintf(char *restrict to, size_t capacity, const char *restrict format, ...) {
  va_list list;
  va_start(list, format);
  int n = vsnprintf(to, capacity, format, list);
  va_end(list);
  return n;
}

/* As in the GNU C library, so that a message is the same in the JVM. */
static const char *const reasons[] = {
    [0] = "Success",
    [EPERM] = "Operation not permitted",
    [ENOENT] = "No such file or directory",
    [ESRCH] = "No such process",
    [EINTR] = "Interrupted system call",
    [EIO] = "Input/output error",
    [ENXIO] = "No such device or address",
    [E2BIG] = "Argument list too long",
    [ENOEXEC] = "Exec format error",
    [EBADF] = "Bad file descriptor",
    [ECHILD] = "No child processes",
    [EAGAIN] = "Resource temporarily unavailable",
    [ENOMEM] = "Cannot allocate memory",
    [EACCES] = "Permission denied",
    [EFAULT] = "Bad address",
    [ENOTBLK] = "Block device required",
    [EBUSY] = "Device or resource busy",
    [EEXIST] = "File exists",
    [EXDEV] = "Invalid cross-device link",
    [ENODEV] = "No such device",
    [ENOTDIR] = "Not a directory",
    [EISDIR] = "Is a directory",
    [EINVAL] = "Invalid argument",
    [ENFILE] = "Too many open files in system",
    [EMFILE] = "Too many open files",
    [ENOTTY] = "Inappropriate ioctl for device",
    [ETXTBSY] = "Text file busy",
    [EFBIG] = "File too large",
    [ENOSPC] = "No space left on device",
    [ESPIPE] = "Illegal seek",
    [EROFS] = "Read-only file system",
    [EMLINK] = "Too many links",
    [EPIPE] = "Broken pipe",
    [EDOM] = "Numerical argument out of domain",
    [ERANGE] = "Numerical result out of range",
    [EDEADLK] = "Resource deadlock avoided",
    [ENAMETOOLONG] = "File name too long",
    [ENOLCK] = "No locks available",
    [ENOSYS] = "Function not implemented",
    [ENOTEMPTY] = "Directory not empty",
    [ELOOP] = "Too many levels of symbolic links",
    [ENOMSG] = "No message of desired type",
    [EIDRM] = "Identifier removed",
    [ECHRNG] = "Channel number out of range",
    [EL2NSYNC] = "Level 2 not synchronized",
    [EL3HLT] = "Level 3 halted",
    [EL3RST] = "Level 3 reset",
    [ELNRNG] = "Link number out of range",
    [EUNATCH] = "Protocol driver not attached",
    [ENOCSI] = "No CSI structure available",
    [EL2HLT] = "Level 2 halted",
    [EBADE] = "Invalid exchange",
    [EBADR] = "Invalid request descriptor",
    [EXFULL] = "Exchange full",
    [ENOANO] = "No anode",
    [EBADRQC] = "Invalid request code",
    [EBADSLT] = "Invalid slot",
    [EBFONT] = "Bad font file format",
    [ENOSTR] = "Device not a stream",
    [ENODATA] = "No data available",
    [ETIME] = "Timer expired",
    [ENOSR] = "Out of streams resources",
    [ENONET] = "Machine is not on the network",
    [ENOPKG] = "Package not installed",
    [EREMOTE] = "Object is remote",
    [ENOLINK] = "Link has been severed",
    [EADV] = "Advertise error",
    [ESRMNT] = "Srmount error",
    [ECOMM] = "Communication error on send",
    [EPROTO] = "Protocol error",
    [EMULTIHOP] = "Multihop attempted",
    [EDOTDOT] = "RFS specific error",
    [EBADMSG] = "Bad message",
    [EOVERFLOW] = "Value too large for defined data type",
    [ENOTUNIQ] = "Name not unique on network",
    [EBADFD] = "File descriptor in bad state",
    [EREMCHG] = "Remote address changed",
    [ELIBACC] = "Can not access a needed shared library",
    [ELIBBAD] = "Accessing a corrupted shared library",
    [ELIBSCN] = ".lib section in a.out corrupted",
    [ELIBMAX] = "Attempting to link in too many shared libraries",
    [ELIBEXEC] = "Cannot exec a shared library directly",
    [EILSEQ] = "Invalid or incomplete multibyte or wide character",
    [ERESTART] = "Interrupted system call should be restarted",
    [ESTRPIPE] = "Streams pipe error",
    [EUSERS] = "Too many users",
    [ENOTSOCK] = "Socket operation on non-socket",
    [EDESTADDRREQ] = "Destination address required",
    [EMSGSIZE] = "Message too long",
    [EPROTOTYPE] = "Protocol wrong type for socket",
    [ENOPROTOOPT] = "Protocol not available",
    [EPROTONOSUPPORT] = "Protocol not supported",
    [ESOCKTNOSUPPORT] = "Socket type not supported",
    [ENOTSUP] = "Operation not supported",
    [EPFNOSUPPORT] = "Protocol family not supported",
    [EAFNOSUPPORT] = "Address family not supported by protocol",
    [EADDRINUSE] = "Address already in use",
    [EADDRNOTAVAIL] = "Cannot assign requested address",
    [ENETDOWN] = "Network is down",
    [ENETUNREACH] = "Network is unreachable",
    [ENETRESET] = "Network dropped connection on reset",
    [ECONNABORTED] = "Software caused connection abort",
    [ECONNRESET] = "Connection reset by peer",
    [ENOBUFS] = "No buffer space available",
    [EISCONN] = "Transport endpoint is already connected",
    [ENOTCONN] = "Transport endpoint is not connected",
    [ESHUTDOWN] = "Cannot send after transport endpoint shutdown",
    [ETOOMANYREFS] = "Too many references: cannot splice",
    [ETIMEDOUT] = "Connection timed out",
    [ECONNREFUSED] = "Connection refused",
    [EHOSTDOWN] = "Host is down",
    [EHOSTUNREACH] = "No route to host",
    [EALREADY] = "Operation already in progress",
    [EINPROGRESS] = "Operation now in progress",
    [ESTALE] = "Stale file handle",
    [EUCLEAN] = "Structure needs cleaning",
    [ENOTNAM] = "Not a XENIX named type file",
    [ENAVAIL] = "No XENIX semaphores available",
    [EISNAM] = "Is a named type file",
    [EREMOTEIO] = "Remote I/O error",
    [EDQUOT] = "Disk quota exceeded",
    [ENOMEDIUM] = "No medium found",
    [EMEDIUMTYPE] = "Wrong medium type",
    [ECANCELED] = "Operation canceled",
    [ENOKEY] = "Required key not available",
    [EKEYEXPIRED] = "Key has expired",
    [EKEYREVOKED] = "Key has been revoked",
    [EKEYREJECTED] = "Key was rejected by service",
    [EOWNERDEAD] = "Owner died",
    [ENOTRECOVERABLE] = "State not recoverable",
    [ERFKILL] = "Operation not possible due to RF-kill",
    [EHWPOISON] = "Memory page has hardware error",
};

char *strerror(int number) {
  static char other[32];
  if (number >= 0 && (size_t)number < sizeof reasons / sizeof *reasons && reasons[number] != NULL) {
    return (char *)reasons[number];
  }
  snprintf(other, sizeof other, "Unknown error %d", number);
  return other;
}

/* ---- the start of the program ---- */

int main(int count, char **values, char **environment);

/* The value that the compiler puts behind arrays on the stack, and what it calls if one is overwritten. */
uintptr_t __stack_chk_guard;

__attribute__((noreturn)) void __stack_chk_fail(void) {
  raise(SIGABRT);
  _exit(128 + SIGABRT);
}

/*
 * The stack of a new program: the number of arguments, the arguments, NULL, the variables, NULL, and
 * pairs of numbers, among them the address of random bytes.
 */
__attribute__((noreturn, used)) static void start(long *stack) {
  char **values = (char **)(stack + 1);
  environ = values + *stack + 1;
  char **end = environ;
  while (*end != NULL) end++;
  for (const unsigned long *pair = (const unsigned long *)(end + 1); pair[0] != AT_NULL; pair += 2) {
    if (pair[0] == AT_RANDOM) memcpy(&__stack_chk_guard, (const void *)pair[1], sizeof __stack_chk_guard);
  }
  __stack_chk_guard &= ~(uintptr_t)0xff; /* a zero byte, which no string can overwrite with itself */
  _exit(main((int)*stack, values, environ));
}

#ifdef __x86_64__
__asm__(".text\n"
        ".globl _start\n"
        "_start:\n"
        "  xor %ebp, %ebp\n" /* the outermost frame */
        "  mov %rsp, %rdi\n"
        "  and $-16, %rsp\n"
        "  call start\n");
#else
__asm__(".text\n"
        ".globl _start\n"
        "_start:\n"
        "  mov x29, #0\n" /* the outermost frame */
        "  mov x30, #0\n"
        "  mov x0, sp\n"
        "  b start\n");
#endif
