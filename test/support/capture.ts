/** Frames as a packet capture (the classic pcap format), for tools that read one. Pure. */

const PCAP_MAGIC = 0xa1b2c3d4;
/** Packets begin with their IPv4 header. */
const LINKTYPE_RAW = 101;
const IPV4_HEADER_BYTES = 20;
const TCP_HEADER_BYTES = 20;
const RECORD_HEADER_BYTES = 16;

/** A capture of one TCP connection to `port`, with each frame in a segment of its own. Checksums are left 0. */
export function captureOf(frames: readonly Uint8Array[], port: number): Uint8Array {
  const header = Buffer.alloc(24);
  header.writeUInt32BE(PCAP_MAGIC, 0);
  // Format 2.4
  header.writeUInt16BE(2, 4);
  header.writeUInt16BE(4, 6);
  header.writeUInt32BE(0xffff, 16);
  header.writeUInt32BE(LINKTYPE_RAW, 20);
  const records: Uint8Array[] = [];
  let sequence = 1;
  for (const frame of frames) {
    records.push(recordOf(frame, port, sequence));
    sequence += frame.length;
  }
  return Buffer.concat([header, ...records]);
}

function recordOf(frame: Uint8Array, port: number, sequence: number): Uint8Array {
  const packetBytes = IPV4_HEADER_BYTES + TCP_HEADER_BYTES + frame.length;
  const record = Buffer.alloc(RECORD_HEADER_BYTES + packetBytes);
  record.writeUInt32BE(packetBytes, 8);
  record.writeUInt32BE(packetBytes, 12);
  const ip = record.subarray(RECORD_HEADER_BYTES);
  // Version 4, header of 5 words, 64 hops, TCP, from 10.0.0.1 to 10.0.0.2
  ip.writeUInt8(0x45, 0);
  ip.writeUInt16BE(packetBytes, 2);
  ip.writeUInt8(64, 8);
  ip.writeUInt8(6, 9);
  ip.writeUInt32BE(0x0a000001, 12);
  ip.writeUInt32BE(0x0a000002, 16);
  const tcp = ip.subarray(IPV4_HEADER_BYTES);
  tcp.writeUInt16BE(50000, 0);
  tcp.writeUInt16BE(port, 2);
  tcp.writeUInt32BE(sequence, 4);
  tcp.writeUInt32BE(1, 8);
  // Header of 5 words, PSH and ACK, window 65535
  tcp.writeUInt16BE(0x5018, 12);
  tcp.writeUInt16BE(0xffff, 14);
  tcp.set(frame, TCP_HEADER_BYTES);
  return record;
}
