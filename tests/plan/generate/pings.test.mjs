// The anonymous pings of Python, Node and Go, each in a short-lived tool: what they send, when they are silent, and that
// they cost the tool nothing.
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import test from 'node:test';
import { startCollector, list } from '../../collector/collector_process.mjs';
import { here, makeWorkspace, run, startServer } from './workspace.mjs';

const languages = {
  python: (t) => {
    const cwd = makeWorkspace(t, 'shop/python_ping', { 'ping_run.py': 'run.py' });
    return { cwd, command: 'python3', args: ['-W', 'error', '-X', 'dev', 'run.py'] };
  },
  node: (t) => {
    const cwd = makeWorkspace(t, 'shop/node_ping', { 'ping_run.mjs': 'run.mjs' });
    return { cwd, command: 'node', args: ['run.mjs'] };
  },
  go: async (t) => {
    const cwd = makeWorkspace(t, 'shop/go_ping', {});
    mkdirSync(join(cwd, 'ping'));
    renameSync(join(cwd, 'ping.go'), join(cwd, 'ping/ping.go'));
    cpSync(join(here, 'cases/ping_run.go'), join(cwd, 'main.go'));
    writeFileSync(join(cwd, 'go.mod'), 'module example.com/app\n\ngo 1.18\n');
    const built = await run('go', ['build', '-o', 'app', '.'], { cwd, env: { GOPROXY: 'off', GOTOOLCHAIN: 'local' } });
    assert.equal(built.stderr, '');
    return { cwd, command: './app', args: [] };
  },
};

// 20 are kept of one run; a name of each kind of CI system.
const ciVariables = ['CI', 'GITHUB_ACTIONS', 'JENKINS_URL', 'BUILD_NUMBER', 'TF_BUILD', 'bamboo_planKey', 'RUN_ID'];

for (const [language, makeTool] of Object.entries(languages)) {
  test(`pings in ${language}`, async (t) => {
    const { cwd, command, args } = await makeTool(t);
    let homes = 0;
    const newHome = () => join(cwd, `home${++homes}`);
    /** One run of the tool. Its home does not exist unless it is given again. */
    const start = async (asked, { home = newHome(), env } = {}) => {
      const all = { HOME: home, XDG_CONFIG_HOME: join(home, 'config'), ...env };
      const { stdout, stderr, status, ms } = await run(command, [...args, JSON.stringify({ pings: 1, ...asked })], {
        cwd,
        env: all,
      });
      assert.equal(stderr, '');
      assert.equal(status, 0);
      return { ...JSON.parse(stdout), ms, home };
    };

    await t.test('say what was used, and nothing else', async (t) => {
      const { url, received } = await startServer(t, () => ({ status: 204 }));
      const asked = { endpoint: `${url}/base/`, version: '1.2 é&x=1-rc+3', noticeShown: true, count: 5, ms: 45 };
      assert.deepEqual((await start(asked)).begun, [true]);
      const [{ method, url: path, headers, body }] = await received(1);
      assert.equal(method, 'GET');
      assert.equal(body, '');
      const [route, query] = path.split('?');
      assert.equal(route, '/base/t');
      assert.deepEqual(Object.fromEntries(new URLSearchParams(query)), {
        t: 'shop',
        e: 'cart_emptied',
        v: '1.2x1-rc+3',
        os: { darwin: 'macos', win32: 'windows' }[process.platform] ?? process.platform,
        n: '5',
        ms: '45',
      });
      const names = Object.keys(headers).filter((name) => !['host', 'connection', 'accept-encoding'].includes(name));
      assert.deepEqual(names, []);
    });

    await t.test('send nothing in the run that shows the notice', async (t) => {
      const { url, requests, received } = await startServer(t, () => ({ status: 204 }));
      const first = await start({ endpoint: url, notices: 2 });
      assert.match(first.notices[0], /anonymous[\s\S]*cart_emptied[\s\S]*SHOP_TELEMETRY=0 or DO_NOT_TRACK=1\.\n$/);
      assert.equal(first.notices[1], '');
      assert.deepEqual(first.begun, [false]);
      const folder = join(first.home, 'config/shop');
      assert.deepEqual(readdirSync(folder), ['telemetry-notice']);
      assert.equal(statSync(join(folder, 'telemetry-notice')).size, 0);
      const second = await start({ endpoint: url, notices: 1 }, { home: first.home });
      assert.deepEqual(second.notices, ['']);
      assert.deepEqual(second.begun, [true]);
      assert.equal((await received(1)).length, 1);
      // A tool that never shows it never sends.
      assert.deepEqual((await start({ endpoint: url })).begun, [false]);
      assert.equal(requests.length, 1);
    });

    await t.test('stay silent where the notice cannot be remembered', async (t) => {
      const { url, requests } = await startServer(t, () => ({ status: 204 }));
      const home = newHome();
      writeFileSync(home, 'a file');
      for (let i = 0; i < 2; ++i) {
        const { notices, begun } = await start({ endpoint: url, notices: 1 }, { home });
        assert.notEqual(notices[0], '');
        assert.deepEqual(begun, [false]);
      }
      assert.equal(requests.length, 0);
    });

    await t.test('stay silent, and touch no file, when they are told to', async (t) => {
      const { url, requests } = await startServer(t, () => ({ status: 204 }));
      const tried = async (env, asked) => {
        const { begun, notices, whyOff, home } = await start({ endpoint: url, notices: 1, ...asked }, { env });
        assert.deepEqual(begun, [false], JSON.stringify(env));
        assert.deepEqual(notices, ['']);
        assert.equal(existsSync(home), false);
        return whyOff;
      };
      for (const value of ['1', ' TRUE ', 'yes']) assert.equal(await tried({ DO_NOT_TRACK: value }), 'DO_NOT_TRACK');
      for (const value of ['0', ' Off ']) assert.equal(await tried({ SHOP_TELEMETRY: value }), 'SHOP_TELEMETRY');
      for (const name of ciVariables) assert.equal(await tried({ [name]: '1' }), name);
      assert.equal(
        await tried({ DO_NOT_TRACK: '1', CI: 'false', SHOP_TELEMETRY: '1' }, { noticeShown: true }),
        'DO_NOT_TRACK',
      );
      await tried({}, { disabled: true });
      for (const endpoint of ['http://collect.example.com', '', 'ftp://127.0.0.1']) await tried({}, { endpoint });
      assert.equal(requests.length, 0);
    });

    await t.test('take words that say nothing for nothing', async (t) => {
      const { url, received } = await startServer(t, () => ({ status: 204 }));
      const environments = [
        { DO_NOT_TRACK: '' },
        { DO_NOT_TRACK: ' False ', SHOP_TELEMETRY: '1' },
        { CI: 'false', GITHUB_ACTIONS: 'true' },
      ];
      for (const env of environments) {
        assert.deepEqual(
          (await start({ endpoint: url, noticeShown: true }, { env })).begun,
          [true],
          JSON.stringify(env),
        );
      }
      assert.equal((await received(3)).length, 3);
    });

    await t.test('are 20 in a run at most', async (t) => {
      const { url, received } = await startServer(t, () => ({ status: 204 }));
      const { begun } = await start({ endpoint: url, noticeShown: true, pings: 25 });
      assert.equal(begun.filter(Boolean).length, 20);
      if (language === 'node') assert.equal((await received(20, 20_000)).length, 20);
    });

    await t.test('do not keep the tool waiting', async (t) => {
      const silent = await startServer(t, () => ({ never: true }));
      // Takes connections and never says a word.
      const deaf = createServer(() => {});
      await new Promise((done) => deaf.listen(0, '127.0.0.1', done));
      t.after(() => deaf.close());
      const gone = await startServer(t);
      await gone.close();
      const median = async (asked) => {
        const times = [];
        for (let i = 0; i < 5; ++i) times.push((await start(asked)).ms);
        return times.sort((a, b) => a - b)[2];
      };
      const without = await median({ endpoint: gone.url, disabled: true });
      for (const endpoint of [silent.url, `http://127.0.0.1:${deaf.address().port}`, gone.url]) {
        const cost = (await median({ endpoint, noticeShown: true })) - without;
        assert.ok(cost < 300, `${cost} ms more with ${endpoint}`);
      }
    });

    await t.test('are taken by the collector', async (t) => {
      const { url } = await startCollector(t, { args: ['--tool', 'shop'] });
      await start({ endpoint: url, version: '1.2.0', noticeShown: true, count: 5, ms: 45 });
      let rows = [];
      for (let i = 0; i < 100 && rows.length === 0; ++i) {
        await new Promise((done) => setTimeout(done, 50));
        rows = await list(url);
      }
      assert.equal(rows.length, 1);
      assert.equal(rows[0].event_name, 'cart_emptied');
      assert.equal(rows[0].app_version, '1.2.0');
      const { os, ...properties } = rows[0].properties;
      assert.equal(typeof os, 'string');
      assert.deepEqual(properties, { tool: 'shop', count: 5, duration_ms: 45 });
    });
  });
}
