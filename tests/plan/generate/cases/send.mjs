// Sends what its standard input asks for, a JSON array a line, and prints the outcomes.
import { createInterface } from 'node:readline';
import { init, logEvent } from './track.mjs';

for await (const line of createInterface({ input: process.stdin })) {
  const [call, ...rest] = JSON.parse(line);
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  if (call === 'env') {
    for (const name of ['DO_NOT_TRACK', 'SHOP_TELEMETRY', 'CI']) delete process.env[name];
    Object.assign(process.env, rest[0]);
  } else if (call === 'init') {
    init(...rest);
  } else if (call === 'log') {
    const { verdict, reason } = await logEvent(...rest);
    console.log(JSON.stringify([verdict, reason, seconds()]));
  } else if (call === 'many') {
    const outcomes = await Promise.all(Array.from({ length: rest[0] }, () => logEvent(...rest.slice(1))));
    const counts = {};
    for (const { verdict } of outcomes) counts[verdict] = (counts[verdict] ?? 0) + 1;
    console.log(JSON.stringify([counts, '', seconds()]));
  } else if (call === 'strange') {
    const circle = {};
    circle.self = circle;
    const thrower = {
      toJSON() {
        throw new Error('no');
      },
    };
    for (const strange of [circle, { big: 1n }, thrower]) {
      const { verdict } = await logEvent('note_written', strange);
      console.log(JSON.stringify([verdict, '', 0]));
    }
  }
}
