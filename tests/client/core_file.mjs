// What a core dump says of the thread that crashed (core(5); the notes are those of <sys/procfs.h>).
import { readFileSync } from 'node:fs';

const PT_NOTE = 4;
const NT_PRSTATUS = 1;
const NT_SIGINFO = 0x53494749;
// In elf_prstatus of x86-64 the registers begin at 112; RIP is the 17th (sys/user.h, user_regs_struct).
const ripAt = 112 + 16 * 8;

/** {instruction, signal, code, address}; the last is what the fault was at, and 0 of a signal that was sent. */
export function readCore(path) {
  const bytes = readFileSync(path);
  const core = {};
  const headers = Number(bytes.readBigUInt64LE(32));
  const [size, count] = [bytes.readUInt16LE(54), bytes.readUInt16LE(56)];
  for (let i = 0; i < count; ++i) {
    const header = headers + i * size;
    if (bytes.readUInt32LE(header) !== PT_NOTE) continue;
    let at = Number(bytes.readBigUInt64LE(header + 8));
    const stop = at + Number(bytes.readBigUInt64LE(header + 32));
    while (at < stop) {
      const [nameBytes, contentBytes, type] = [0, 4, 8].map((offset) => bytes.readUInt32LE(at + offset));
      const content = at + 12 + ((nameBytes + 3) & ~3);
      // The thread that crashed is the first.
      if (type === NT_PRSTATUS) core.instruction ??= bytes.readBigUInt64LE(content + ripAt);
      if (type === NT_SIGINFO) {
        core.signal = bytes.readInt32LE(content);
        core.code = bytes.readInt32LE(content + 8);
        core.address = core.code > 0 ? bytes.readBigUInt64LE(content + 16) : 0n;
      }
      at = content + ((contentBytes + 3) & ~3);
    }
  }
  return core;
}
