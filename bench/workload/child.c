// The child that every supervisor of the bench runs. bench-child <mode> <id> <record file> …
//
//   idle                     waits
//   once <ms>                ends with 1 after <ms> in its first life, waits in every later one
//   flood <lines> <seconds>  writes as fast as it can, until either bound (0: none), once <record file>.go is there
//   rate <lines/s> <lines>   writes at an even pace
//
// It tells what it does in the record file, one write a line: "<kind> <id> <tag> <ns> <count>". S started, X about to end,
// P wrote <count> lines so far, E wrote all, D wrote <count> and then its output was gone. <tag> names this life.
// A line of output has 100 bytes: "<tag> <number> <ns> xxx…", so that a line tells when it was written.
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LINE 100
#define BATCH 40

static const char *id, *record_file;
static char tag[16];

static long long now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void tell(char kind, long long count) {
  char text[200];
  int length = snprintf(text, sizeof text, "%c %s %s %lld %lld\n", kind, id, tag, now(), count);
  int fd = open(record_file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0) return;
  if (write(fd, text, length) < 0) {}
  close(fd);
}

static int lived_before(void) {
  char text[4096];
  int fd = open(record_file, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  ssize_t length = read(fd, text, sizeof text - 1);
  close(fd);
  if (length <= 0) return 0;
  text[length] = 0;
  return strncmp(text, "X ", 2) == 0 || strstr(text, "\nX ") != NULL;
}

static void wait_forever(void) {
  for (;;) pause();
}

static int put(const char *bytes, size_t length) {
  while (length) {
    ssize_t written = write(1, bytes, length);
    if (written < 0) {
      if (errno == EINTR) continue;
      return -1;
    }
    bytes += written;
    length -= written;
  }
  return 0;
}

static void make_line(char *line, long long number) {
  int length = snprintf(line, LINE + 1, "%s %012lld %019lld ", tag, number, now());
  memset(line + length, 'x', LINE - 1 - length);
  line[LINE - 1] = '\n';
}

static void until(long long ns) {
  struct timespec t = {ns / 1000000000LL, ns % 1000000000LL};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR) {}
}

static void wait_for_go(void) {
  char path[4096];
  struct timespec often = {0, 5000000};
  snprintf(path, sizeof path, "%s.go", record_file);
  while (access(path, F_OK)) nanosleep(&often, NULL);
}

static void flood(long long lines, double seconds) {
  wait_for_go();
  char batch[LINE * BATCH + 1];
  long long number = 0, end = seconds > 0 ? now() + (long long)(seconds * 1e9) : 0;
  while ((!lines || number < lines) && (!end || now() < end)) {
    int count = 0;
    while (count < BATCH && (!lines || number < lines)) make_line(batch + LINE * count++, number++);
    if (put(batch, LINE * count)) {
      tell('D', number - count);
      _exit(1);
    }
  }
  tell('E', number);
}

static void rate(double per_second, long long lines) {
  char line[LINE + 1];
  long long begun = now();
  for (long long number = 0; number < lines; number++) {
    until(begun + (long long)(number * 1e9 / per_second));
    make_line(line, number);
    if (put(line, LINE)) {
      tell('D', number);
      _exit(1);
    }
    if (number % 20 == 19) tell('P', number + 1);
  }
  tell('E', lines);
}

int main(int count, char **values) {
  if (count < 4) return 2;
  const char *mode = values[1];
  id = values[2];
  record_file = values[3];
  snprintf(tag, sizeof tag, "%08llx", (now() ^ ((long long)getpid() << 20)) & 0xffffffffLL);
  signal(SIGPIPE, SIG_IGN);
  int again = lived_before();
  tell('S', 0);
  if (!strcmp(mode, "once") && count > 4 && !again) {
    until(now() + atoll(values[4]) * 1000000LL);
    tell('X', 0);
    _exit(1);
  }
  if (!strcmp(mode, "flood") && count > 5) flood(atoll(values[4]), atof(values[5]));
  if (!strcmp(mode, "rate") && count > 5) rate(atof(values[4]), atoll(values[5]));
  wait_forever();
}
