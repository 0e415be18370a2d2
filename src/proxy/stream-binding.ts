/**
 * The one place that reaches below node:net, for the two things that a relay does per message.
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

export interface StreamBinding {
  readonly WriteWrap: new () => WriteRequest;
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
    'streamBaseState' in value &&
    value.streamBaseState instanceof Int32Array &&
    'kReadBytesOrError' in value &&
    'kLastWriteWasAsync' in value
  );
}

/** Node's binding, or undefined where this Node does not have it as expected. */
export function findStreamBinding(): StreamBinding | undefined {
  const binding: unknown = Reflect.get(process, 'binding');
  if (typeof binding !== 'function') return undefined;
  try {
    const found: unknown = Reflect.apply(binding, process, ['stream_wrap']);
    return isBinding(found) ? found : undefined;
  } catch {
    return undefined;
  }
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
