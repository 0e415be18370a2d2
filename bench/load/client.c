/* The SPs before a measured balancer: logs many sessions in, has SUBMITs answered, times them, takes its leave.
 *
 *   client PORT [-c SESSIONS] [-w WINDOW | -r RATE] [-d SECONDS] [-s SOURCES] [-v 20|30] [-g]
 *
 *   -w  keeps that many SUBMITs of each session unanswered (1)      -s  loopback addresses to come from (200)
 *   -r  sends that many a second over all sessions, in turn         -g  waits after each phase, see below
 *
 * Prints a line of JSON when a phase ends: "login", "traffic", "end". With -g a line on standard input asks for a
 * traffic phase, as often as wanted, and its end for the goodbye; in between nothing moves, so that what is read of
 * CPU time then is exact. Leaves with 0; with 1 when a session died or a SUBMIT got no answer, or an answer no SUBMIT;
 * with 2 when the peer broke the protocol.
 */
#include "wire.h"

#define NS_PER_S 1000000000LL
enum { LOGIN_LIMIT_S = 60, ANSWER_LIMIT_S = 10, GOODBYE_LIMIT_S = 5, HISTOGRAM_US = 4000000 };
enum { MAX_WINDOW = 256 }; /* under way in a session: 54 kB, which any socket's buffer holds. A power of two. */
enum { TEXT_BYTES = 52, SUBMIT_BYTES = HEADER_BYTES + 126 + 21 + TEXT_BYTES };
enum { SUBMIT_3_0_BYTES = HEADER_BYTES + 151 + 32 + TEXT_BYTES };

typedef enum { NEW, CONNECTING, LOGGING_IN, LOGGED_IN, LEAVING, LEFT, GONE } State;

typedef struct {
  Wire wire; /* first: the frame handler is given its address */
  State state;
  uint32_t oldest, next; /* the SUBMITs from oldest to before next wait for their answers, which come in that order */
  int64_t *asked_ns;     /* since when, by Sequence_Id modulo MAX_WINDOW */
} Session;

static int session_count = 100, window = 1, source_count = 200;
static double rate, traffic_s = 2;
static bool is_gated, is_3_0;
static uint16_t port;
static Session *sessions;
static int in_state[GONE + 1];

/* One traffic phase. */
static struct {
  int64_t start_ns, end_ns, last_answer_ns, longest_ns;
  uint64_t sent, answered, lost;
  bool is_refilled; /* each answer is followed by the session's next SUBMIT */
} phase;
static uint32_t answers_by_us[HISTOGRAM_US];
static uint64_t waiting, losses, unasked, died;
static int64_t chunk_ns; /* when the answers at hand were seen to be there */

static int64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * NS_PER_S + now.tv_nsec;
}

static void enter(Session *session, State state) {
  in_state[session->state]--;
  in_state[session->state = state]++;
}

static void lose(Session *session, uint32_t count) {
  session->oldest += count;
  waiting -= count;
  phase.lost += count;
  losses += count;
}

static void hang_up(Session *session) {
  if (session->state < LEAVING) died++; /* after the TERMINATE, whoever hangs up is right */
  lose(session, session->next - session->oldest);
  close(session->wire.fd);
  enter(session, GONE);
}

static void add_submit(Session *session, int64_t since_ns) {
  uint8_t *frame = add_frame(SUBMIT, session->next, is_3_0 ? SUBMIT_3_0_BYTES : SUBMIT_BYTES);
  frame[20] = frame[21] = 1;                          /* Pk_total, Pk_number */
  frame[is_3_0 ? 140 : 128] = 1;                      /* DestUsr_tl */
  frame[is_3_0 ? 142 + 32 : 129 + 21] = TEXT_BYTES;   /* Msg_Length */
  session->asked_ns[session->next++ % MAX_WINDOW] = since_ns;
  waiting++;
  phase.sent++;
}

static void take_answer(Session *session, uint32_t sequence) {
  uint32_t skipped = sequence - session->oldest;
  if (skipped >= session->next - session->oldest) {
    unasked++; /* answered before, or never asked */
    return;
  }
  lose(session, skipped);
  phase.last_answer_ns = chunk_ns;
  int64_t waited_ns = chunk_ns - session->asked_ns[session->oldest++ % MAX_WINDOW], waited_us = waited_ns / 1000;
  answers_by_us[waited_us < HISTOGRAM_US ? waited_us : HISTOGRAM_US - 1]++;
  if (waited_ns > phase.longest_ns) phase.longest_ns = waited_ns;
  waiting--;
  phase.answered++;
  if (phase.is_refilled && chunk_ns < phase.end_ns) add_submit(session, chunk_ns);
}

static void handle(Wire *wire, uint32_t command, const uint8_t *frame, uint32_t length) {
  Session *session = (Session *)wire;
  uint32_t sequence = read_uint32(frame + 8);
  if (command == (SUBMIT | RESPONSE_BIT) && length == submit_resp_bytes[is_3_0]) {
    take_answer(session, sequence);
  } else if (command == (CONNECT | RESPONSE_BIT) && length == connect_resp_bytes[is_3_0]) {
    int status = frame[is_3_0 ? HEADER_BYTES + 3 : HEADER_BYTES];
    if (session->state != LOGGING_IN || status != 0) die(TROUBLE, "a login was answered with status %d", status);
    enter(session, LOGGED_IN);
  } else if (command == ACTIVE_TEST) {
    add_frame(ACTIVE_TEST | RESPONSE_BIT, sequence, ACTIVE_TEST_RESP_BYTES);
  } else if (command == (TERMINATE | RESPONSE_BIT) && session->state == LEAVING) {
    enter(session, LEFT);
  } else {
    die(TROUBLE, "a client got command 0x%08" PRIx32 " in a frame of %" PRIu32 " bytes", command, length);
  }
}

static void log_in(Session *session) {
  uint8_t *frame = add_frame(CONNECT, 0, CONNECT_BYTES);
  int account = 100000 + (int)(session - sessions); /* Source_Addr: six digits, each session its own */
  for (int i = 5; i >= 0; i--, account /= 10) frame[HEADER_BYTES + i] = (uint8_t)('0' + account % 10);
  frame[34] = is_3_0 ? 0x30 : 0x20;
  enter(session, LOGGING_IN);
  if (!flush(&session->wire)) hang_up(session);
}

/* The connection's result is there: it stands, or it was refused. */
static void finish_connecting(Session *session) {
  int error = 0;
  getsockopt(session->wire.fd, SOL_SOCKET, SO_ERROR, &error, &(socklen_t){sizeof error});
  if (error != 0) die(TROUBLE, "connect: %s", strerror(error));
  watch(EPOLL_CTL_MOD, session->wire.fd, EPOLLIN, session);
  log_in(session);
}

/* Handles what the peers have sent; waits for it for at most `wait_ns`, or until standard input has something if
 * `is_asked`. True: it has. ppoll because epoll_wait would wait in whole milliseconds, too coarse for a pace. */
static bool step(int64_t wait_ns, bool is_asked) {
  struct pollfd polled[] = {{.fd = epoll_fd, .events = POLLIN}, {.fd = is_asked ? 0 : -1, .events = POLLIN}};
  struct timespec wait = {.tv_sec = wait_ns / NS_PER_S, .tv_nsec = wait_ns % NS_PER_S};
  struct epoll_event events[MAX_EVENTS];
  if (ppoll(polled, 2, &wait, NULL) < 0) die(TROUBLE, "ppoll: %s", strerror(errno));
  int count = polled[0].revents != 0 ? epoll_wait(epoll_fd, events, MAX_EVENTS, 0) : 0;
  for (int i = 0; i < count; i++) {
    Session *session = events[i].data.ptr;
    chunk_ns = now_ns();
    if (session->state == CONNECTING) finish_connecting(session);
    else if (!serve(&session->wire, handle)) hang_up(session);
  }
  return polled[1].revents != 0;
}

static void open_session(Session *session, int index) {
  uint32_t source = INADDR_LOOPBACK + 1 + (uint32_t)(index % source_count);
  struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(source)};
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int fd = session->wire.fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  session->asked_ns = malloc(MAX_WINDOW * sizeof *session->asked_ns);
  if (fd < 0 || session->asked_ns == NULL) die(TROUBLE, "no session %d: %s", index + 1, strerror(errno));
  send_at_once(fd);
  /* The port is chosen when connecting, where one port may serve two destinations: there are only 28,000. */
  setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &(int){1}, sizeof(int));
  if (bind(fd, (struct sockaddr *)&from, sizeof from) != 0) die(TROUBLE, "bind: %s", strerror(errno));
  int result = connect(fd, (struct sockaddr *)&to, sizeof to);
  if (result != 0 && errno != EINPROGRESS) die(TROUBLE, "connect: %s", strerror(errno));
  watch(EPOLL_CTL_ADD, fd, result == 0 ? EPOLLIN : EPOLLOUT, session);
  enter(session, CONNECTING);
  if (result == 0) log_in(session);
}

static void log_all_in(void) {
  int64_t start_ns = now_ns(), limit_ns = start_ns + LOGIN_LIMIT_S * NS_PER_S;
  in_state[NEW] = session_count;
  int opened = 0;
  while (in_state[NEW] + in_state[CONNECTING] + in_state[LOGGING_IN] > 0) {
    /* As many handshakes at a time as sources, for an SP waits for one before it begins the next. Were there no limit,
     * thousands that find the listener's queue full would be dropped and try again together, after 1 s and 3 s. */
    while (opened < session_count && in_state[CONNECTING] < source_count) {
      open_session(&sessions[opened], opened);
      opened++;
    }
    if (now_ns() > limit_ns)
      die(TROUBLE, "%d of %d logged in after %d s", in_state[LOGGED_IN], session_count, LOGIN_LIMIT_S);
    step(NS_PER_S / 10, false);
  }
  printf("{\"phase\":\"login\",\"sessions\":%d,\"died\":%" PRIu64 ",\"seconds\":%.6f}\n", in_state[LOGGED_IN], died,
         (double)(now_ns() - start_ns) / NS_PER_S);
}

static double percentile_us(double share) {
  uint64_t wanted = (uint64_t)(share * (double)phase.answered), seen = 0;
  for (int us = 0; us < HISTOGRAM_US; us++)
    if ((seen += answers_by_us[us]) > wanted) return us;
  return (double)phase.longest_ns / 1000;
}

static void fill_windows(void) {
  for (int i = 0; i < session_count; i++) {
    Session *session = &sessions[i];
    if (session->state != LOGGED_IN) continue;
    for (int k = 0; k < window; k++) add_submit(session, phase.start_ns);
    if (!flush(&session->wire)) hang_up(session);
  }
}

/* Sends what is due. Each SUBMIT's wait begins when it is due, not when it goes out: a balancer that stalls makes the
 * later ones late too, and they must not look fast. Returns how long nothing more is due, in ns. */
static int64_t send_due(uint64_t total) {
  static int turn;
  double interval_ns = (double)NS_PER_S / rate;
  while (phase.sent < total && in_state[LOGGED_IN] > 0) {
    int64_t due_ns = phase.start_ns + (int64_t)((double)phase.sent * interval_ns), early_ns = due_ns - now_ns();
    if (early_ns > 0) return early_ns;
    Session *session = &sessions[turn];
    if (session->next - session->oldest == MAX_WINDOW) return NS_PER_S / 1000;
    turn = (turn + 1) % session_count;
    if (session->state != LOGGED_IN) continue;
    add_submit(session, due_ns);
    if (!flush(&session->wire)) hang_up(session);
  }
  return NS_PER_S / 10;
}

static void run_traffic(void) {
  uint64_t total = (uint64_t)(rate * traffic_s);
  memset(&phase, 0, sizeof phase);
  memset(answers_by_us, 0, sizeof answers_by_us);
  phase.start_ns = phase.last_answer_ns = now_ns();
  phase.end_ns = phase.start_ns + (int64_t)(traffic_s * (double)NS_PER_S);
  phase.is_refilled = rate == 0;
  if (rate == 0) fill_windows();
  int64_t limit_ns = phase.end_ns + ANSWER_LIMIT_S * NS_PER_S;
  while (waiting > 0 || phase.sent < total) {
    int64_t idle_ns = rate > 0 ? send_due(total) : NS_PER_S / 10;
    if (now_ns() > limit_ns || in_state[LOGGED_IN] == 0) break;
    step(idle_ns, false);
  }
  for (int i = 0; i < session_count; i++) lose(&sessions[i], sessions[i].next - sessions[i].oldest);
  double seconds = (double)(phase.last_answer_ns - phase.start_ns) / NS_PER_S;
  printf("{\"phase\":\"traffic\",\"sent\":%" PRIu64 ",\"answered\":%" PRIu64 ",\"lost\":%" PRIu64, phase.sent,
         phase.answered, phase.lost);
  printf(",\"unasked\":%" PRIu64 ",\"died\":%" PRIu64 ",\"seconds\":%.6f,\"perSecond\":%.0f", unasked, died, seconds,
         seconds > 0 ? (double)phase.answered / seconds : 0);
  printf(",\"p50Us\":%.0f,\"p99Us\":%.0f,\"maxUs\":%.0f}\n", percentile_us(0.5), percentile_us(0.99),
         (double)phase.longest_ns / 1000);
}

/* Waits for the next line on standard input. False: there is none any more. */
static bool is_told_to_go_on(void) {
  char line[256];
  while (!step(NS_PER_S, true)) continue;
  return read(0, line, sizeof line) > 0;
}

static void say_goodbye(void) {
  int64_t limit_ns = now_ns() + GOODBYE_LIMIT_S * NS_PER_S;
  for (int i = 0; i < session_count; i++) {
    if (sessions[i].state != LOGGED_IN) continue;
    add_frame(TERMINATE, sessions[i].next, HEADER_BYTES);
    enter(&sessions[i], LEAVING);
    if (!flush(&sessions[i].wire)) hang_up(&sessions[i]);
  }
  while (in_state[LEAVING] > 0 && now_ns() < limit_ns) step(NS_PER_S / 10, false);
}

static void read_arguments(int argument_count, char **arguments) {
  int option;
  while ((option = getopt(argument_count, arguments, "c:w:r:d:s:v:g")) != -1) {
    if (option == 'c') session_count = atoi(optarg);
    else if (option == 'w') window = atoi(optarg);
    else if (option == 'r') rate = atof(optarg);
    else if (option == 'd') traffic_s = atof(optarg);
    else if (option == 's') source_count = atoi(optarg);
    else if (option == 'v') is_3_0 = strcmp(optarg, "30") == 0;
    else if (option == 'g') is_gated = true;
    else exit(USAGE);
  }
  port = optind < argument_count ? (uint16_t)atoi(arguments[optind]) : 0;
  if (port == 0)
    die(USAGE, "usage: client PORT [-c SESSIONS] [-w WINDOW | -r RATE] [-d SECONDS] [-s SOURCES] [-v 20|30] [-g]");
  if (session_count < 1 || source_count < 1 || rate < 0 || traffic_s <= 0) die(USAGE, "figures are above 0");
  if (window < 1 || window > MAX_WINDOW) die(USAGE, "a window is 1 to %d", MAX_WINDOW);
}

int main(int argument_count, char **arguments) {
  read_arguments(argument_count, arguments);
  rlim_t descriptors = prepare();
  if ((rlim_t)session_count + 8 > descriptors)
    die(TROUBLE, "%d sessions need more than the %ju descriptors allowed", session_count, (uintmax_t)descriptors);
  prctl(PR_SET_TIMERSLACK, 1); /* a paced SUBMIT goes out when it is due, not up to 50 us later */
  if ((sessions = calloc((size_t)session_count, sizeof *sessions)) == NULL) die(TROUBLE, "out of memory");
  log_all_in();
  if (is_gated)
    while (is_told_to_go_on()) run_traffic();
  else
    run_traffic();
  say_goodbye();
  printf("{\"phase\":\"end\",\"died\":%" PRIu64 ",\"lost\":%" PRIu64 ",\"unasked\":%" PRIu64 "}\n", died, losses,
         unasked);
  return died + losses + unasked == 0 ? CLEAN : LOSSES;
}
