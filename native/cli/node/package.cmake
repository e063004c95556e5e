# Puts PROGRAM and its .wasm into DIST under the names of the package, as a command that a shell can run. The bytes of the
# .wasm are read here, since Emscripten would fetch them, which Node does for no file. Emscripten reads every file at a
# position, which a pipe does not have: `waymark plan diff <(git show HEAD:plan.json) plan.json`.
file(READ ${PROGRAM} script)
set(head "#!/usr/bin/env node
const files = require('node:fs');
const readAt = files.readSync;
files.readSync = (file, buffer, offset, length, position) => {
  try {
    return readAt(file, buffer, offset, length, position);
  } catch (error) {
    if (error.code !== 'ESPIPE') throw error;
    return readAt(file, buffer, offset, length, null);
  }
};
var Module = { wasmBinary: require('node:fs').readFileSync(require('node:path').join(__dirname, 'plan-cli.wasm')) };
")
file(WRITE ${DIST}/plan-cli.cjs "${head}${script}")
file(CHMOD ${DIST}/plan-cli.cjs PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
get_filename_component(folder ${PROGRAM} DIRECTORY)
file(COPY ${folder}/plan-cli.wasm DESTINATION ${DIST})
