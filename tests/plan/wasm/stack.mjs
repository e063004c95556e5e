// How much stack a module's calls use. The stack lies above the module's data and grows down to it: what overflows
// writes over data, and nothing notices.
export const stackBytes = 65536; // TOTAL_STACK in wasm/CMakeLists.txt

const globalSection = 6;

/** Where the stack begins: the first global of a module is its stack pointer, and begins there. */
function stackTop(module) {
  let at = 8;
  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = module[at++];
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  for (;;) {
    const id = module[at++];
    const size = number();
    if (id === globalSection) break;
    at += size;
  }
  number(); // of globals
  const [type, isMutable, constant] = [module[at++], module[at++], module[at++]];
  if (type !== 0x7f || isMutable !== 1 || constant !== 0x41) throw new Error('the first global is no stack pointer');
  return number();
}

/** Runs `call` and tells how many bytes of the stack it wrote to, counted from the top. */
export function stackUsed(module, memory, call) {
  const top = stackTop(module);
  const stack = new Uint8Array(memory.buffer, top - stackBytes, stackBytes);
  const used = (mark) => {
    stack.fill(mark);
    call();
    return stackBytes - stack.findIndex((byte) => byte !== mark);
  };
  // What is written may be what was there; hardly so with both.
  return Math.max(used(0xa5), used(0x5a));
}
