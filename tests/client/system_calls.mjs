// What a program asks of the system, as strace sees it: files that it makes or changes, sockets, threads.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const CHANGES = new Set(
  `rename renameat renameat2 link linkat symlink symlinkat unlink unlinkat rmdir truncate ftruncate fallocate chmod
   fchmod fchmodat fchmodat2 chown fchown fchownat lchown mknod mknodat utime utimes utimensat futimesat setxattr
   fsetxattr lsetxattr memfd_create flock`.split(/\s+/),
);
const SOCKETS = new Set('socket socketpair connect bind listen sendto sendmsg sendmmsg'.split(' '));
const THREADS = new Set('clone clone3 fork vfork'.split(' '));
const WRITES = new Set('write writev pwrite64 pwritev pwritev2 sendfile copy_file_range splice'.split(' '));
const OPENS = new Set('open openat openat2 creat'.split(' '));

/** What one line of strace is about: `file`, `directory`, `socket`, `thread`, or nothing of that. */
function kindOf(name, rest) {
  if (name === 'creat' || (OPENS.has(name) && /O_(WRONLY|RDWR|CREAT|TRUNC|APPEND|TMPFILE)/.test(rest))) return 'file';
  if (CHANGES.has(name)) return 'file';
  if (WRITES.has(name) && !/^[12],/.test(rest)) return 'file';
  if (name === 'mkdir' || name === 'mkdirat') return 'directory';
  if (SOCKETS.has(name)) return 'socket';
  if (THREADS.has(name)) return 'thread';
  return undefined;
}

/**
 * Runs a program under strace, without a terminal. `findings`: system calls by kind; `paths`: every path that it named,
 * but for libraries, and the machine's configuration that they read when they are loaded (GnuTLS does).
 */
export function systemCallsOf(directory, program, args, env) {
  const trace = join(directory, 'trace');
  const strace = ['-f', '-qq', '-s', '4096', '-e', 'signal=none', '-o', trace, program, ...args];
  const { status, stdout, stderr, error } = spawnSync('strace', strace, { env, encoding: 'utf8' });
  if (error) throw error;
  const findings = { file: [], directory: [], socket: [], thread: [] };
  const paths = new Set();
  let calls = 0;
  for (const line of readFileSync(trace, 'utf8').split('\n')) {
    const found = /^\d+ +(?:<\.\.\. )?([a-z0-9_]+)[( ](.*)/.exec(line);
    if (!found || line.includes('<... ')) continue;
    calls += 1;
    const [, name, rest] = found;
    const kind = kindOf(name, rest);
    if (kind) findings[kind].push(line);
    const path = /^(?:AT_FDCWD, )?"(\/[^"]*)"/.exec(rest)?.[1];
    if (path && !/^\/(usr\/)?lib(64|32)?\/|^\/etc\//.test(path)) paths.add(path);
  }
  if (calls < 20) throw new Error(`strace saw ${calls} calls: ${stderr}`);
  paths.delete(program);
  return { status, stdout, stderr, findings, paths: [...paths] };
}
