// Puts the core's module together from the streams that wasm/streams.mjs split it into. One holds all opcodes, one the
// heads of functions: the locals of each. What follows an opcode is in the stream of its
// number / 8. Not kept are sizes, which are counted, and alignments, which are hints.
const OPCODES = 9;
const HEADS = 3; // nothing follows the opcodes 24 to 31
const AFTER = 10;

// WebAssembly core specification, 5.4 and 5.5
const END = 0x0b;
const BR_TABLE = 0x0e;
const F64_CONST = 0x44;
/** Which of the eight opcodes of a stream are followed by numbers, as bits. Loads and stores fill three streams. */
const NUMBERS = [0b11100, 0b1110000, 1, 0, 0b11111, 255, 255, 255, 0b10110];

/** `starts`: where each stream begins, and last what comes after the code. They are moved on. */
export function assemble(bytes: Uint8Array, starts: number[]): Uint8Array<ArrayBuffer> {
  const module = [...bytes.subarray(0, starts[0])];
  let body = module;
  let opcode = 0;
  let byte = 0;

  const copyByte = (stream: number) => body.push((byte = bytes[starts[stream]!++]!));

  /** Copies numbers, each of bytes of 7 bits of which all but the last have the eighth set. Returns the last byte. */
  const copy = (stream: number, count: number) => {
    while (count--)
      do copyByte(stream);
      while (byte > 127 && opcode !== F64_CONST); // whose eight bytes are what they are
    return byte;
  };

  for (const end = starts[HEADS + 1]!; starts[HEADS]! < end;) {
    body = [];
    copy(HEADS, 2 * copy(HEADS, 1)); // so many locals of so many types
    for (let depth = 1; depth;) {
      copyByte(OPCODES);
      opcode = byte;
      const stream = opcode >> 3;
      if (opcode === END) --depth;
      if (NUMBERS[stream]! > 254) body.push(0); // the alignment
      if ((NUMBERS[stream]! >> (opcode & 7)) & 1) {
        if (!stream) ++depth; // block, loop, if
        copy(stream, opcode === BR_TABLE ? copy(stream, 1) + 1 : opcode === F64_CONST ? 8 : 1);
      }
    }
    // The size in three bytes of 7 bits (LEB128); of each a Uint8Array keeps the low 8.
    const { length } = body;
    module.push(length | 128, (length >> 7) | 128, length >> 14, ...body);
  }
  return new Uint8Array([...module, ...bytes.subarray(starts[AFTER])]);
}
