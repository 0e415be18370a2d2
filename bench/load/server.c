/* The SMSC behind a measured balancer: answers CONNECT, SUBMIT, ACTIVE_TEST and TERMINATE on several ports.
 *
 *   server PORTS      PORTS: how many loopback ports to listen on; the system chooses them
 *
 * Prints {"ports":[…]} when it listens. SIGTERM ends it: it prints {"logins":…,"submits":…,"byPort":[…]} and leaves with 0.
 * A chunk costs it one read and one write whatever stands before it, so that its CPU time is the unit in which a
 * balancer's is told.
 */
#include "wire.h"

enum { MAX_PORTS = 16, LISTEN_BACKLOG = 65535 };

typedef struct {
  Wire wire; /* first: the frame handler is given its address */
  bool is_listener, is_3_0;
  int port_index;
} Peer;

static uint64_t logins, submits_by_port[MAX_PORTS];
static volatile sig_atomic_t is_stopped;

static void stop(int signal_number) { is_stopped = signal_number; }

static void answer(Wire *wire, uint32_t command, const uint8_t *frame, uint32_t length) {
  Peer *peer = (Peer *)wire;
  uint32_t sequence = read_uint32(frame + 8);
  if (command == SUBMIT) {
    uint32_t message_id = (uint32_t)++submits_by_port[peer->port_index];
    uint8_t *answered = add_frame(SUBMIT | RESPONSE_BIT, sequence, submit_resp_bytes[peer->is_3_0]);
    write_uint32(answered + HEADER_BYTES, (uint32_t)peer->port_index);
    write_uint32(answered + HEADER_BYTES + 4, message_id);
  } else if (command == CONNECT && length == CONNECT_BYTES) {
    uint8_t version = frame[34];
    logins++;
    peer->is_3_0 = version >= 0x30;
    uint32_t answer_bytes = connect_resp_bytes[peer->is_3_0];
    add_frame(CONNECT | RESPONSE_BIT, sequence, answer_bytes)[answer_bytes - 1] = version;
  } else if (command == ACTIVE_TEST) {
    add_frame(ACTIVE_TEST | RESPONSE_BIT, sequence, ACTIVE_TEST_RESP_BYTES);
  } else if (command == TERMINATE) {
    add_frame(TERMINATE | RESPONSE_BIT, sequence, HEADER_BYTES);
  } else {
    die(TROUBLE, "the server got command 0x%08" PRIx32 " in a frame of %" PRIu32 " bytes", command, length);
  }
}

static void accept_all(const Peer *listener) {
  int fd;
  while ((fd = accept4(listener->wire.fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
    Peer *peer = malloc(sizeof *peer);
    if (peer == NULL) die(TROUBLE, "out of memory");
    *peer = (Peer){.wire.fd = fd, .port_index = listener->port_index};
    send_at_once(fd);
    watch(EPOLL_CTL_ADD, fd, EPOLLIN, peer);
  }
  if (errno != EAGAIN && errno != ECONNABORTED) die(TROUBLE, "accept: %s", strerror(errno));
}

static void listen_on_free_port(Peer *listener) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t address_bytes = sizeof address;
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0 || listen(fd, LISTEN_BACKLOG) != 0)
    die(TROUBLE, "listen: %s", strerror(errno));
  getsockname(fd, (struct sockaddr *)&address, &address_bytes);
  printf("%s%d", listener->port_index == 0 ? "{\"ports\":[" : ",", ntohs(address.sin_port));
  listener->wire.fd = fd;
  watch(EPOLL_CTL_ADD, fd, EPOLLIN, listener);
}

static void close_peer(Peer *peer) {
  close(peer->wire.fd);
  free(peer->wire.tail);
  free(peer);
}

static void serve_until_stopped(void) {
  struct epoll_event events[MAX_EVENTS];
  sigset_t none, termination;
  sigemptyset(&none);
  sigemptyset(&termination);
  sigaddset(&termination, SIGTERM);
  /* Let in only while waiting, so that it cannot fall between the test and the wait. */
  sigprocmask(SIG_BLOCK, &termination, NULL);
  signal(SIGTERM, stop);
  while (!is_stopped) {
    int count = epoll_pwait(epoll_fd, events, MAX_EVENTS, -1, &none);
    for (int i = 0; i < count; i++) {
      Peer *peer = events[i].data.ptr;
      if (peer->is_listener) accept_all(peer);
      else if (!serve(&peer->wire, answer)) close_peer(peer);
    }
  }
}

int main(int argument_count, char **arguments) {
  static Peer listeners[MAX_PORTS];
  int port_count = argument_count == 2 ? atoi(arguments[1]) : 0;
  if (port_count < 1 || port_count > MAX_PORTS) die(USAGE, "usage: server PORTS (1 to %d)", MAX_PORTS);
  prepare();
  for (int i = 0; i < port_count; i++) {
    listeners[i] = (Peer){.is_listener = true, .port_index = i};
    listen_on_free_port(&listeners[i]);
  }
  printf("]}\n");
  serve_until_stopped();
  uint64_t submits = 0;
  for (int i = 0; i < port_count; i++) submits += submits_by_port[i];
  printf("{\"logins\":%" PRIu64 ",\"submits\":%" PRIu64 ",\"byPort\":", logins, submits);
  for (int i = 0; i < port_count; i++) printf("%c%" PRIu64, i == 0 ? '[' : ',', submits_by_port[i]);
  printf("]}\n");
  return CLEAN;
}
