// A page with the banner over a `consent` in memory, served under a policy that allows nothing but the site's own
// scripts and styles, and what tests ask of it.

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import axe from 'axe-core';

const root = fileURLToPath(new URL('../../', import.meta.url));
const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

export const strictPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; base-uri 'none'; form-action 'none'; " +
  "require-trusted-types-for 'script'; trusted-types 'none'; report-uri /violations";

const document = (lang, head) => `<!doctype html>
<html lang="${lang}">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Page</title>
    <link rel="stylesheet" href="/page.css" />
    ${head}
  </head>
  <body>
    <main>
      <h1>Page</h1>
      ${'<p>Some words to read.</p>\n<p><a href="#">A link</a></p>\n'.repeat(12)}
      <p><button id="own" type="button">Cookies</button></p>
    </main>
  </body>
</html>`;

const pageStyle = `
:root { color-scheme: light dark; font-family: sans-serif; color: CanvasText; background: Canvas; }
:root.large { font-size: 200%; }
body { margin: 1rem; }
a { display: inline-block; min-height: 1.5rem; color: inherit; }
`;

/** Starts the banner with the query's options, and keeps what tests look at in `window.banner`. */
const pageScript = `
import { newConsentControls } from '/tests/js/consent_controls.mjs';
window.violations = [];
addEventListener('securitypolicyviolation', ({ violatedDirective }) => window.violations.push(violatedDirective));
const { controls, options, large, locales = [] } = JSON.parse(new URLSearchParams(location.search).get('setting') ?? '{}');
document.documentElement.classList.toggle('large', Boolean(large));
const { showBanner } = await import('/js/dist/banner.js');
const loaded = await Promise.all(locales.map(async (name) => (await import('/js/dist/banner/locales/' + name + '.js'))[name]));
window.consent = newConsentControls(controls);
window.element = showBanner({ consent: window.consent, locales: loaded, policyUrl: '/privacy', ...options });
document.getElementById('own').addEventListener('click', () => window.element.open());
window.isReady = true;
`;

/**
 * Serves the banner's page and the files of this repository. `pages` are more files, by path. What the browser reports
 * of the policy is in `reports`.
 */
export async function serveBanner(pages = {}) {
  const reports = [];
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://127.0.0.1');
    if (request.method === 'POST') {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      reports.push(Buffer.concat(chunks).toString());
      return response.writeHead(204).end();
    }
    const language = /^\/([\w-]+)\.html$/.exec(pathname)?.[1];
    const script = '<script type="module" src="/page.js"></script>';
    const made = { '/page.css': pageStyle, '/page.js': pageScript, ...pages };
    const known = made[pathname] ?? (language && document(language, script));
    const bytes = known ?? (await readFile(join(root, pathname)).catch(() => undefined));
    response.writeHead(bytes === undefined ? 404 : 200, {
      'content-type': types[extname(pathname)] ?? 'text/javascript',
      'content-security-policy': strictPolicy,
    });
    response.end(bytes);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    reports,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Opens the page in `context`. `setting`: controls, options, locales, large; `lang` is the document's. */
export async function openBanner(context, origin, { lang = 'en', ...setting } = {}) {
  const page = await context.newPage();
  page.faults = [];
  page.on('pageerror', ({ message }) => page.faults.push(message));
  await page.goto(`${origin}/${lang}.html?setting=${encodeURIComponent(JSON.stringify(setting))}`);
  await page.waitForFunction(() => window.isReady);
  return page;
}

export const part = (page, name) => page.locator(`waymark-consent [part="${name}"]`);
export const button = (page, name) => page.getByRole('button', { name, exact: true });
export const calls = (page) => page.evaluate(() => window.consent.calls);

/** The element that has the focus, by its words; `body` if none has. */
export const focused = (page) =>
  page.evaluate(() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    if (element === document.body) return 'body';
    return (element.labels?.[0] ?? element).textContent.trim();
  });

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'];

/** The rules of WCAG 2.0 to 2.2 A and AA and of axe-core's best practice that the page breaks, each with where. */
export async function violations(page) {
  await page.evaluate(axe.source);
  const { violations: broken } = await page.evaluate((runOnly) => window.axe.run(document, { runOnly }), rules);
  return broken.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
}
