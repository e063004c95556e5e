// Reads the host that a TLS client asks for, so that a connection that cannot be answered can still be named.

const handshake = 22;
const clientHello = 1;
const serverName = 0;

/** The server name in the first bytes of a TLS connection (RFC 8446 4.1.2, RFC 6066 3), or '' if there is none. */
export function helloHost(bytes) {
  try {
    if (bytes[0] !== handshake || bytes[5] !== clientHello) return '';
    let at = 9 + 2 + 32; // headers, version, random
    at += 1 + bytes[at]; // session id
    at += 2 + bytes.readUInt16BE(at); // cipher suites
    at += 1 + bytes[at]; // compression methods
    const end = at + 2 + bytes.readUInt16BE(at);
    for (at += 2; at < end; at += 4 + bytes.readUInt16BE(at + 2)) {
      if (bytes.readUInt16BE(at) !== serverName) continue;
      const length = bytes.readUInt16BE(at + 7);
      return bytes.toString('latin1', at + 9, at + 9 + length);
    }
    return '';
  } catch {
    return '';
  }
}
