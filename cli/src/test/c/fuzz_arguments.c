/*
 * Feeds the launcher with command lines and paths of odd parts. Built with the sanitizers, which end
 * the process at the first fault. Arguments: a seed and a number of command lines.
 */
#define _GNU_SOURCE
#define GRPCOS_VERSION "fuzz"
#define main launcher_main
#include "../../main/c/grpcos.c"
#undef main

enum { WORD = 256, WORDS = 9 };

static uint64_t seed;

static uint32_t any(uint32_t bound) {
  seed = seed * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(seed >> 33) % bound;
}

/* In blocks of their exact size, so that the sanitizer sees each byte that is read behind the end. */
static void choose_arguments(char **words) {
  static const char *const parts[] = {"-",    "--",     "d",    "H",    "key",         "=",        "@",
                                      "/etc", "socket", "x",    "call", "${A}",        "$",        "__complete",
                                      "u",    "header", "{",    "",     ":=",          "t",        "target",
                                      "-v",   "netrc",  "true", "a[0]", "--expand-headers", "protoset", "failed"};
  argument_count = 1 + (int)any(WORDS);
  for (int i = 0; i < argument_count; i++) {
    char word[WORD] = "";
    for (uint32_t n = any(6); n > 0; n--) strcat(word, parts[any(sizeof parts / sizeof *parts)]);
    free(words[i]);
    words[i] = strdup(word);
  }
}

static void choose_path(char *path) {
  static const char *const parts[] = {"tmp", "..", ".", "proc", "self", "root", "etc", "cwd", "exe", "bin", "x"};
  strcpy(path, "/");
  for (uint32_t n = any(8); n > 0; n--) {
    strcat(path, parts[any(sizeof parts / sizeof *parts)]);
    strcat(path, any(4) == 0 ? "//" : "/");
  }
}

int main(int count, char **values) {
  static char *words[WORDS + 1], *environment[] = {"A=1", "GRPCOS_PASSWORD=p", "TERM=x", NULL};
  char path[PATH_MAX], fault[FAULT];
  long files = 0, variables_asked = 0;
  if (count != 3) return 2;
  seed = strtoull(values[1], NULL, 10);
  arguments = words;
  variables = environment;
  for (long left = strtol(values[2], NULL, 10); left > 0; left--) {
    struct word word;
    choose_arguments(words);
    ours = any(2) != 0;
    kinds[1] = (enum kind)any(5);
    (void)find_option("socket", "", &word);
    (void)has_target();
    for (char **v = variables; *v != NULL; v++) (void)is_sent(*v);
    files += gives_file("/etc", 4, false) + gives_file("/etc", 4, true);
    variables_asked += may_ask("A", 1);
    if (left % 50 != 0) continue;
    choose_path(path);
    (void)path_is_safe(path, 990, fault);
    normalize(path);
    if (*path != '/' || strstr(path, "//") != NULL || strstr(path, "/./") != NULL) return 1;
  }
  printf("%ld files, %ld variables\n", files, variables_asked);
  return files > 0 && variables_asked > 0 ? 0 : 1;
}
