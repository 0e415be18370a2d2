/**
 * The one place that reaches below node:net: for the two things that a relay does per message, and to
 * accept and to dial.
 *
 * `socket.write` and 'data' events cost about as much user time as the kernel needs for the message itself. Reading into
 * one shared buffer and writing through the socket's own handle cost a third of that (bench/README.md). Node does not
 * document this, so it is asked for at start, and connections fall back to node:net where it is not as expected.
 */

/** What a socket's handle (libuv's stream) offers; both Node 20 and 24 do. */
export interface StreamHandle {
  onread: (this: StreamHandle) => void;
  readStart(): number;
  readStop(): number;
  /** From now on, what is read lands at the start of this buffer. */
  useUserBuffer(buffer: Uint8Array): void;
  /** Writes what the kernel takes at once. If that is not all, the rest follows by itself and `request` is kept for it. */
  writeBuffer(request: WriteRequest, bytes: Uint8Array): number;
  /** Ours: whom its reads are for. */
  reader?: { received(): void };
}

export interface WriteRequest {
  /** Called when the rest has been written; a status below 0 is an error. */
  oncomplete: (this: WriteRequest, status: number) => void;
  /** Keeps the memory of the rest from being collected. */
  bytes?: Uint8Array;
  /** Ours: who wants to know. */
  writer?: { written(status: number): void };
}

interface ShutdownRequest {
  /** A status below 0 is an error. */
  oncomplete: (status: number) => void;
}

export interface StreamBinding {
  readonly WriteWrap: new () => WriteRequest;
  readonly ShutdownWrap: new () => ShutdownRequest;
  /** The results of the last operation, at the indexes below: written by Node before it calls or returns. */
  readonly streamBaseState: Int32Array;
  readonly kReadBytesOrError: number;
  readonly kLastWriteWasAsync: number;
}

/** libuv's number for the end of a stream. */
export const END_OF_STREAM = -4095;

function isBinding(value: unknown): value is StreamBinding {
  if (typeof value !== 'object' || value === null) return false;
  return (
    'WriteWrap' in value &&
    typeof value.WriteWrap === 'function' &&
    'ShutdownWrap' in value &&
    typeof value.ShutdownWrap === 'function' &&
    'streamBaseState' in value &&
    value.streamBaseState instanceof Int32Array &&
    'kReadBytesOrError' in value &&
    'kLastWriteWasAsync' in value
  );
}

/** Node's binding, or undefined where this Node does not have it as expected. */
export function findStreamBinding(): StreamBinding | undefined {
  const found = bindingNamed('stream_wrap');
  return isBinding(found) ? found : undefined;
}

function bindingNamed(name: string): unknown {
  const binding: unknown = Reflect.get(process, 'binding');
  if (typeof binding !== 'function') return undefined;
  try {
    return Reflect.apply(binding, process, [name]);
  } catch {
    return undefined;
  }
}

/** One end of a TCP connection. */
export interface SocketEnd {
  address: string;
  port: number;
}

/** A TCP connection's handle, as it is before node:net makes a Socket of it. */
export interface TcpHandle extends StreamHandle {
  /** Both return 0 when `request.oncomplete` will follow, and otherwise an error. */
  connect(request: ConnectRequest, host: string, port: number): number;
  connect6(request: ConnectRequest, host: string, port: number): number;
  setNoDelay(isOn: boolean): number;
  /** Sends FIN behind what was written. Returns 0 when `request.oncomplete` will follow, and otherwise an error. */
  shutdown(request: ShutdownRequest): number;
  /** Both fill in one end, and return 0; or they return an error. */
  getsockname(end: SocketEnd): number;
  getpeername(end: SocketEnd): number;
  close(): void;
}

interface ConnectRequest {
  /** A status below 0 is an error. */
  oncomplete: (status: number) => void;
}

export interface TcpBinding {
  readonly TCP: new (kind: number) => TcpHandle;
  readonly TCPConnectWrap: new () => ConnectRequest;
  readonly constants: { readonly SOCKET: number };
}

const TCP_METHODS = ['connect', 'connect6', 'setNoDelay', 'shutdown', 'getsockname', 'getpeername', 'close'];

function isTcpBinding(value: unknown): value is TcpBinding {
  if (typeof value !== 'object' || value === null) return false;
  if (!('TCP' in value && 'TCPConnectWrap' in value && 'constants' in value)) return false;
  const { TCP, TCPConnectWrap, constants } = value;
  if (typeof TCP !== 'function' || typeof TCPConnectWrap !== 'function') return false;
  if (typeof constants !== 'object' || constants === null || !('SOCKET' in constants)) return false;
  const methods: unknown = TCP.prototype;
  return isHandle(methods) && TCP_METHODS.every((name) => name in methods);
}

/** Node's binding for TCP connections, or undefined where this Node does not have it as expected. */
export function findTcpBinding(): TcpBinding | undefined {
  const found = bindingNamed('tcp_wrap');
  return isTcpBinding(found) ? found : undefined;
}

/** The handle of a connected socket, or undefined where it is not as expected. */
export function handleOf(socket: object): StreamHandle | undefined {
  const handle: unknown = Reflect.get(socket, '_handle');
  return isHandle(handle) ? handle : undefined;
}

function isHandle(handle: unknown): handle is StreamHandle {
  if (typeof handle !== 'object' || handle === null) return false;
  return ['readStart', 'readStop', 'useUserBuffer', 'writeBuffer'].every(
    (method) => typeof Reflect.get(handle, method) === 'function',
  );
}

/** What node:net calls when the system has accepted a connection. */
type OnConnection = (this: unknown, status: number, connection: unknown) => void;

function isOnConnection(value: unknown): value is OnConnection {
  return typeof value === 'function';
}

export interface AcceptRules {
  /** Whether one more than `waiting` connections may wait for their turn; otherwise they are dealt with first. */
  readonly mayWait: (waiting: number) => boolean;
  /** So many are dealt with in one turn of the event loop, in which the sessions that live are served too. */
  readonly perTurn: number;
  readonly afterThisTurn: (fire: () => void) => void;
  /** Deals with a connection's handle. Returns false where node:net is to do so. */
  readonly take: (connection: unknown) => boolean;
}

/**
 * Lets a listening server accept what comes before it deals with what came. Node accepts one connection in a turn of the
 * event loop, and with all that a session costs in the same turn it is slower than clients are when thousands come at
 * once. The system holds 4,096 at most that are not accepted, and drops the next one's SYN, which costs that client a
 * second. Where Node's server is not as expected, nothing is changed.
 */
export function acceptFirst(server: object, { mayWait, perTurn, afterThisTurn, take }: AcceptRules): void {
  const handle: unknown = Reflect.get(server, '_handle');
  if (typeof handle !== 'object' || handle === null) return;
  const onConnection: unknown = Reflect.get(handle, 'onconnection');
  if (!isOnConnection(onConnection)) return;
  let waiting: [number, unknown][] = [];
  // From a first connection on, which is dealt with at once, until a turn in which none came and none waits.
  let isBusy = false;
  let hasAccepted = false;
  const deal = (status: number, connection: unknown): void => {
    if (status !== 0 || !take(connection)) Reflect.apply(onConnection, handle, [status, connection]);
  };
  const passOn = (): void => {
    const isAccepting = hasAccepted && mayWait(waiting.length);
    hasAccepted = false;
    const now = isAccepting ? [] : waiting.slice(0, perTurn);
    waiting = waiting.slice(now.length);
    isBusy = isAccepting || waiting.length > 0;
    if (isBusy) afterThisTurn(passOn);
    for (const [status, connection] of now) deal(status, connection);
  };
  Reflect.set(handle, 'onconnection', (status: number, connection: unknown) => {
    hasAccepted = true;
    if (isBusy) {
      waiting.push([status, connection]);
      return;
    }
    isBusy = true;
    afterThisTurn(passOn);
    deal(status, connection);
  });
}
