// Tracking and delivery keep no processor busy for long. Chromium alone slows it down on demand and tells of every task.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { files } from './delivery_page.mjs';
import { eachOnce } from './delivery_visit.mjs';
import { setStage } from './stage.mjs';

const longTaskMs = 50; // W3C Long Tasks API, 2

/**
 * The processor time of each task, in ms, between the marks `<name>_begin` and `<name>_end` of a trace, on the thread that
 * set them: what else the machine does while a task waits does not count.
 */
function taskTimes(trace, name) {
  const { traceEvents } = JSON.parse(trace);
  const [begin, end] = ['begin', 'end'].map((which) =>
    traceEvents.find((event) => event.cat.includes('blink.user_timing') && event.name === `${name}_${which}`),
  );
  return traceEvents
    .filter(({ pid, tid }) => pid === begin.pid && tid === begin.tid)
    .filter(({ name, tdur }) => name === 'ThreadControllerImpl::RunTask' && tdur !== undefined)
    .filter(({ ts, dur }) => ts + dur > begin.ts && ts < end.ts)
    .map(({ tdur }) => tdur / 1000);
}

/** Tracks and delivers 100 events from number `from` on, on a page of its own. Returns its long tasks, in ms. */
async function measure(stage, context, from) {
  const page = await context.newPage();
  await page.goto(stage.url(`page.html?from=${from}`));
  await page.waitForFunction(() => document.title === 'Ready');
  const session = await context.newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: 6 });
  await stage.browser.startTracing(page, { categories: ['toplevel', 'blink.user_timing'] });
  await page.evaluate(async () => {
    const rest = () => new Promise((resolve) => setTimeout(resolve, 500));
    await rest();
    performance.mark('ours_begin');
    await rest();
    window.trackAll(100);
    await window.tracker.flush();
    await rest();
    performance.mark('ours_end');
    // The instrument: a task that is long.
    await rest();
    performance.mark('long_begin');
    await new Promise((resolve) => setTimeout(resolve));
    for (let i = 0, sum = 0; i < 3e7; i++) sum += Math.sqrt(i);
    await rest();
    performance.mark('long_end');
  });
  const trace = await stage.browser.stopTracing();
  await page.close();
  const isLong = (ms) => ms > longTaskMs;
  assert.ok(taskTimes(trace, 'long').some(isLong), 'a long task would have been seen');
  const ours = taskTimes(trace, 'ours');
  assert.ok(ours.length > 0, 'the tasks of the tracker are seen');
  return ours.filter(isLong);
}

test('no long task while events are tracked and delivered on a processor six times slower', async (t) => {
  const stage = await setStage(t, { files });
  const context = await stage.newContext();
  // The brake works by the clock: what else the machine does still makes tasks longer, never shorter.
  const attempts = [];
  const isShown = () => attempts.some((ours) => ours.length === 0);
  while (attempts.length < 8 && !isShown()) attempts.push(await measure(stage, context, attempts.length * 100));
  assert.ok(isShown(), `long tasks: ${JSON.stringify(attempts)} ms`);
  await eachOnce(stage, attempts.length * 100);
});
