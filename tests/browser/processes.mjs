// The processes of a browser, as Linux lists them in /proc: which they are, which of them runs a page, and their end.

import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** `startedTicks` tells a process from a later one of the same id; `cpuTicks` is the time that it has worked. */
function readProcess(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // proc(5): the name, in brackets, may hold anything; the third field follows it.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return {
      pid,
      state: fields[0],
      parent: Number(fields[1]),
      cpuTicks: Number(fields[11]) + Number(fields[12]),
      startedTicks: Number(fields[19]),
    };
  } catch {
    return undefined; // it has ended
  }
}

function commandLine(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return ''; // it has ended
  }
}

/** The process `pid` and all that it started, they started, and so on. Without those that have ended. */
export function processTree(pid) {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readProcess(Number(name)))
    .filter((each) => each && each.state !== 'Z');
  const tree = all.filter((each) => each.pid === pid);
  for (const { pid: parent } of tree) tree.push(...all.filter((each) => each.parent === parent)); // it grows as it is read
  return tree;
}

function runs({ pid, startedTicks }) {
  const now = readProcess(pid);
  return now !== undefined && now.state !== 'Z' && now.startedTicks === startedTicks;
}

/** Kills those of the processes that still run, and waits until none does. Fails after `timeoutMs`, and names the rest. */
export async function killAll(processes, timeoutMs = 5000) {
  for (const { pid } of processes.filter(runs))
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if (error.code !== 'ESRCH') throw error; // it ended by itself
    }
  const deadlineMs = Date.now() + timeoutMs;
  for (;;) {
    const running = processes.filter(runs);
    if (running.length === 0) return;
    if (Date.now() > deadlineMs) throw new Error(`still running: ${running.map(({ pid }) => pid).join(', ')}`);
    await sleep(20);
  }
}

// What runs pages, as its command line says: of Chromium, Firefox and WebKit.
const runsPages = /--type=renderer|-contentproc .* tab|\/WebKitWebProcess /;

/** The processes under `pid` that run pages, in the order of their start. */
export function renderers(pid) {
  return processTree(pid)
    .filter((each) => runsPages.test(commandLine(each.pid)))
    .sort((a, b) => a.startedTicks - b.startedTicks || a.pid - b.pid);
}

/**
 * Of those, the one that runs the page which `work()` keeps busy: it works most, at the latest the fifth time, when the
 * others have started. Fails if none stands out.
 */
export async function busiest(pid, work) {
  let workedTicks;
  for (let attempt = 0; attempt < 5; attempt++) {
    const before = new Map(renderers(pid).map((each) => [each.pid, each.cpuTicks]));
    await work();
    const ticks = ({ pid, cpuTicks }) => cpuTicks - (before.get(pid) ?? cpuTicks);
    const [most, next] = renderers(pid).sort((a, b) => ticks(b) - ticks(a));
    workedTicks = [most, next].map((each) => (each ? ticks(each) : 0));
    if (workedTicks[0] > 2 * workedTicks[1]) return most;
  }
  throw new Error(`no process stands out: ${workedTicks.join(' and ')} ticks`);
}
