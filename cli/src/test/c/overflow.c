/* Copies its argument into an array of eight bytes. */
#include <string.h>

int main(int count, char **values) {
  char copy[8];
  if (count != 2) return 2;
  strcpy(copy, values[1]);
  return copy[0] != values[1][0];
}
