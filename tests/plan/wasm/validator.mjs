// validator.wasm for tests: a compiled schema and a JSON text in, the rule that is broken out.
export const openValidator = (bytes) => {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
    wasi_snapshot_preview1: { proc_exit() {} },
  });
  exports._initialize?.();
  const input = exports.validator_input();
  const capacity = exports.validator_capacity();
  // The number of the first rule that the text breaks, 0 for none.
  const rule = (table, json) => {
    const text = new TextEncoder().encode(json);
    if (table.length + text.length > capacity) throw new Error('too large for the validator’s input');
    const memory = new Uint8Array(exports.memory.buffer, input, capacity);
    memory.set(table);
    memory.set(text, table.length);
    const broken = exports.validator_judge(table.length, text.length);
    if (broken === 255) throw new Error('the table is not sound');
    return broken;
  };
  return {
    memory: exports.memory,
    tooDeep: exports.validator_too_deep(),
    rule,
    judge: (table, json) => rule(table, json) === 0,
  };
};
