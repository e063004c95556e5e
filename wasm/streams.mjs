// Splits a Wasm module into streams, each of one kind of thing, so that brotli sees like beside like: 5 % less.
// js/src/doors/assemble.ts puts it together again and says what each stream holds; the two must agree.
const OPCODES = 9;
const HEADS = 3;
const CODE_SECTION = 10;

// Opcodes of the MVP (WebAssembly core specification 5.4) by what follows them.
const BR_TABLE = 0x0e;
const F64_CONST = 0x44;
const isMemory = (opcode) => opcode >= 0x28 && opcode <= 0x3e;
const hasNumber = (opcode) =>
  /[\x02-\x04\x0c-\x0e\x10\x20-\x24\x28-\x3e\x41\x42\x44]/.test(String.fromCharCode(opcode));
const isKnown = (opcode) => opcode <= 0xbf && ![0x11, 0x3f, 0x40, 0x43].includes(opcode);

/** The module as `{ bytes, starts }`: what comes before the code, the streams, what comes after; and where they begin. */
export function split(wasm) {
  const streams = Array.from({ length: OPCODES + 1 }, () => []);
  let at = 8;
  const number = (stream) => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = wasm[at++];
      stream?.push(byte);
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  const section = () => ({ start: at, id: wasm[at++], end: number() + at });

  let code = section();
  for (; code.id !== CODE_SECTION; code = section()) at = code.end;
  let size = code.end - at;
  const heads = streams[HEADS];
  const count = [];
  for (let functions = number(count); functions > 0; --functions) {
    const sizeAt = at;
    const end = number() + at;
    size += 3 - (at - sizeAt); // that of a function is written in three bytes
    for (let locals = number(heads); locals > 0; --locals) (number(heads), number(heads));
    while (at < end) {
      const opcode = wasm[at++];
      const stream = streams[opcode >> 3];
      streams[OPCODES].push(opcode);
      if (!isKnown(opcode)) throw new Error(`opcode ${opcode} is not expected`);
      if (isMemory(opcode)) number(); // the alignment
      if (opcode === F64_CONST) for (let i = 0; i < 8; ++i) stream.push(wasm[at++]);
      else if (hasNumber(opcode))
        for (let more = opcode === BR_TABLE ? number(stream) + 1 : 1; more > 0; --more) number(stream);
    }
  }
  const codeHead = [CODE_SECTION, size | 128, (size >> 7) | 128, size >> 14, ...count];
  const before = Buffer.from([...wasm.subarray(0, code.start), ...codeHead.map((byte) => byte & 255)]);
  const starts = [before.length];
  for (const stream of streams) starts.push(starts.at(-1) + stream.length);
  return { bytes: Buffer.concat([before, Buffer.from(streams.flat()), wasm.subarray(code.end)]), starts };
}
