// The C interface: c_api_test.c does what it does against a real collector, whose store is looked at here.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';

import { list, makeDirectory, startCollector } from '../collector/collector_process.mjs';
import { build, personalEnvironment, runProgram } from './client_program.mjs';

const program = join(build, 'tests/client/c_api_test');

test('a C program tracks, is told what is wrong, and withdraws', async (t) => {
  const collector = await startCollector(t, { args: ['--write-key', 'demo', '--tool', 'c-test'] });
  const home = makeDirectory(t);
  const env = personalEnvironment(home);
  const { status, signal, stderr } = await runProgram(program, [collector.url, home], { env });
  assert.equal(stderr, '');
  assert.deepEqual({ status, signal }, { status: 0, signal: null });

  const events = await list(collector.url);
  const byName = new Map(events.map((event) => [event.event_name, event]));
  assert.deepEqual([...byName.keys()].sort(), [
    'all_kinds_tracked',
    'child_spoke',
    'experiment_exposed',
    'json_given',
    'metric_recorded',
    'nothing_given',
    'plugin_parameters_changed',
    'plugin_preset_loaded',
    'run',
  ]);
  assert.equal(events.length, 9);
  const all = byName.get('all_kinds_tracked');
  const { least, most, ...others } = all.properties;
  assert.deepEqual(others, {
    nothing: null,
    truth: true,
    half: 0.5,
    infinite: null,
    words: 'grüß dich',
    none: '',
    strange: null,
  });
  assert.ok(Math.abs(least + 2 ** 63) < 2048 && Math.abs(most - 2 ** 64) < 2048);
  assert.equal(all.user_id, 'user_1');
  assert.equal(all.context.host.name, 'C host');
  assert.equal(all.context.buffer_frames, 64);
  assert.deepEqual(byName.get('json_given').properties, { list: [1, 2] });
  assert.deepEqual(byName.get('experiment_exposed').properties, { experiment: 'greeting', variant: 'short' });
  const { count, sum, min, max } = byName.get('metric_recorded').properties.metrics['c.work.ms'];
  assert.deepEqual({ count, sum, min, max }, { count: 2, sum: 10, min: 2.5, max: 7.5 });

  assert.deepEqual(byName.get('plugin_parameters_changed').properties, { cutoff: 3, resonance: 1 });
  assert.deepEqual(byName.get('plugin_preset_loaded').properties, { preset: 'Warm Pad' });
  const { metrics } = byName.get('metric_recorded').properties;
  assert.equal(metrics['plugin.load.ms'].max, 12.5);
  assert.equal(Math.round(metrics['plugin.cpu.percent'].max), 50);

  const { tool, count: runs, duration_ms } = byName.get('run').properties; // the ping
  assert.deepEqual([tool, runs, duration_ms], ['c-test', 3, 45]);
});
