/* What both ends of the measured connection share: frames, and one read and one write for all that a read brings.
 * Included once by server.c and once by client.c, each a program of its own. Linux only (epoll), no library. */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define RESPONSE_BIT 0x80000000u
enum { CONNECT = 1, TERMINATE = 2, SUBMIT = 4, ACTIVE_TEST = 8 };
enum { HEADER_BYTES = 12, CONNECT_BYTES = 39, ACTIVE_TEST_RESP_BYTES = 13, MAX_FRAME_BYTES = 4096 };
/* The widths of 2.0 and of 3.0, where Status and Result grew from one byte to four. */
static const uint32_t connect_resp_bytes[] = {30, 33}, submit_resp_bytes[] = {21, 24};

/* How a program ends; a broken rule of the protocol and trouble with the system are both TROUBLE. */
enum { CLEAN = 0, LOSSES = 1, TROUBLE = 2, USAGE = 64 };
enum { READ_BYTES = 65536, MAX_EVENTS = 512 };

/* The part of a connection that both ends have. Small, so that thousands cost the measuring side few cache misses. */
typedef struct {
  int fd;
  uint32_t tail_bytes;
  uint8_t *tail; /* the beginning of a frame that the last read cut: NULL, or room for MAX_FRAME_BYTES */
} Wire;

static int epoll_fd;
static uint8_t input[MAX_FRAME_BYTES + READ_BYTES];
static uint8_t output[4 * READ_BYTES]; /* all that one read is answered with */
static size_t output_bytes;

static _Noreturn void die(int status, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fputs("load: ", stderr);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
  exit(status);
}

static uint32_t read_uint32(const uint8_t *at) {
  return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static void write_uint32(uint8_t *at, uint32_t value) {
  for (int i = 0; i < 4; i++) at[i] = (uint8_t)(value >> (24 - 8 * i));
}

/* Adds a frame with a body of zeros to the output. Returns where it begins, for the fields that are not zero. */
static uint8_t *add_frame(uint32_t command, uint32_t sequence, uint32_t length) {
  if (length > sizeof output - output_bytes) die(TROUBLE, "one read asks for over %zu bytes of answers", sizeof output);
  uint8_t *frame = output + output_bytes;
  memset(frame, 0, length);
  write_uint32(frame, length);
  write_uint32(frame + 4, command);
  write_uint32(frame + 8, sequence);
  output_bytes += length;
  return frame;
}

/* Writes the output with one system call. False: the connection is lost. A write that is cut short is trouble: so few
 * messages are under way at a time that any socket's buffer holds them, which spares both ends a queue. */
static bool flush(const Wire *wire) {
  size_t wanted = output_bytes;
  output_bytes = 0;
  if (wanted == 0) return true;
  ssize_t written = write(wire->fd, output, wanted);
  if (written < 0) return errno == EAGAIN ? (die(TROUBLE, "a socket's buffer is full"), false) : false;
  if ((size_t)written < wanted) die(TROUBLE, "a socket's buffer took %zd of %zu bytes", written, wanted);
  return true;
}

typedef void (*FrameHandler)(Wire *wire, uint32_t command, const uint8_t *frame, uint32_t length);

/* One read, a call for each whole frame in it, one write for all the answers. False: the connection is lost. */
static bool serve(Wire *wire, FrameHandler handle) {
  if (wire->tail_bytes > 0) memcpy(input, wire->tail, wire->tail_bytes);
  ssize_t got = read(wire->fd, input + wire->tail_bytes, READ_BYTES);
  if (got <= 0) return got < 0 && errno == EAGAIN;
  size_t end = wire->tail_bytes + (size_t)got, start = 0;
  while (end - start >= HEADER_BYTES) {
    uint32_t length = read_uint32(input + start);
    if (length < HEADER_BYTES || length > MAX_FRAME_BYTES) die(TROUBLE, "a frame has Total_Length %" PRIu32, length);
    if (end - start < length) break;
    handle(wire, read_uint32(input + start + 4), input + start, length);
    start += length;
  }
  wire->tail_bytes = (uint32_t)(end - start);
  if (wire->tail_bytes > 0) {
    if (wire->tail == NULL && (wire->tail = malloc(MAX_FRAME_BYTES)) == NULL) die(TROUBLE, "out of memory");
    memcpy(wire->tail, input + start, wire->tail_bytes);
  }
  return flush(wire);
}

static void watch(int operation, int fd, uint32_t events, void *peer) {
  struct epoll_event event = {.events = events, .data.ptr = peer};
  if (epoll_ctl(epoll_fd, operation, fd, &event) != 0) die(TROUBLE, "epoll_ctl: %s", strerror(errno));
}

/* A SUBMIT or its answer is one small segment that must not wait for the one before it to be acknowledged. */
static void send_at_once(int fd) { setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int)); }

/* Returns how many descriptors there may be, after raising that to what the system allows. */
static rlim_t prepare(void) {
  struct rlimit limit;
  setvbuf(stdout, NULL, _IOLBF, 0); /* whoever reads the lines through a pipe gets each when it is written */
  signal(SIGPIPE, SIG_IGN);
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  if ((epoll_fd = epoll_create1(EPOLL_CLOEXEC)) < 0) die(TROUBLE, "epoll_create1: %s", strerror(errno));
  return limit.rlim_cur;
}
