// What is done on the pages of the consent tests: by a visitor, and by a test that looks for what is left.

/** Runs in the page: defines `steps`, which it takes by itself or when it is told. */
export function defineSteps() {
  const { watched } = window;
  const pause = (
    (timeout) => (ms) =>
      new Promise((resolve) => timeout.call(window, resolve, ms))
  )(window.nativeTimeout);
  const shadow = () => document.querySelector('waymark-consent').shadowRoot;
  const press = (words) => {
    const found = [...shadow().querySelectorAll('button')].find(
      (one) => one.textContent === words && one.checkVisibility(),
    );
    if (!found) throw new Error(`no button '${words}'`);
    found.click();
  };
  window.steps = {
    press,
    pause,
    /** What a visitor does who does not answer, and for how long nothing then. */
    async use(idleMs = 350) {
      const { tracker } = window;
      scrollTo(0, 600);
      const field = document.getElementById('field');
      for (const key of 'Ada') {
        field.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
        field.value += key;
        field.dispatchEvent(new InputEvent('input', { data: key, bubbles: true }));
      }
      document.body.click();
      history.pushState(null, '', '#route');
      const verdicts = new Set();
      for (let i = 0; i < 1000; i++) {
        const purpose = ['analytics', 'functional', 'marketing'][i % 3];
        verdicts.add(tracker.track('item_counted', { index: i }, { purpose }));
      }
      tracker.page();
      tracker.identify('user_8x92j4k1_before');
      history.replaceState(null, '', '#other');
      watched.setAway(true);
      await pause(idleMs / 2);
      watched.setAway(false);
      dispatchEvent(new Event('online'));
      await pause(idleMs);
      return [...verdicts];
    },
    async accept() {
      press('Accept all');
      await window.tracker.ready;
      window.tracker.identify('user_' + (Math.random() + 1).toString(36).slice(2)); // which stands in no file of the site
      for (let index = 0; index < 3; index++) window.tracker.track('item_counted', { index });
      await window.tracker.flush();
    },
    /** Tracks, takes consent back and tracks again, in one expression. Returns the verdict and what was called after. */
    withdraw(how) {
      const { tracker } = window;
      const [, , from, verdict] = [
        tracker.track('item_queued'),
        how === 'banner' ? press('Withdraw consent') : tracker.consent.withdraw(),
        watched.seen.length,
        tracker.track('item_late'),
      ];
      window.withdrawnFrom = from;
      return verdict;
    },
    /** Goes on tracking, so that there is always something that is kept and not delivered. */
    async track() {
      for (let index = 3; index < 9; index++, await pause(300)) window.tracker.track('item_counted', { index });
    },
    /** A leak: keeps the id where no withdrawal finds it. */
    hideId() {
      const [, text] = window.steps
        .memoryTexts()
        .join()
        .match(/"anonymous_id":"([^"]{36})"/);
      localStorage.setItem('seen', text);
      sessionStorage.setItem('seen', btoa(text));
      return new Promise((resolve) => {
        const request = indexedDB.open('seen', 1);
        request.onupgradeneeded = () => request.result.createObjectStore('seen').put(btoa(text), 1);
        request.onsuccess = resolve;
      });
    },
    /** How many entries the journals keep. */
    countEntries: () =>
      new Promise((resolve) => {
        const request = indexedDB.open('waymark:demo');
        request.onupgradeneeded = () => request.transaction.abort(); // there is none: it is the tracker's to make
        request.onerror = () => resolve(0);
        request.onsuccess = () => {
          const { result } = request;
          if (!result.objectStoreNames.contains('journal')) return resolve(0);
          const count = result.transaction('journal').objectStore('journal').count();
          count.onsuccess = () => (result.close(), resolve(count.result));
        };
      }),
    withdrawByBanner: () => window.steps.withdraw('banner'),
    withdrawAndLeave() {
      window.steps.withdraw('call');
      location.href = 'about:blank';
    },
    goOn: () => void (location.search = '?run=ready,withdrawByBanner,sleep,tell'),
    ready: () => window.tracker.ready,
    async waitForGo() {
      while ((await fetch('go.txt')).status !== 200) await pause(100);
    },
    /** Until browsers have written what was deleted. */
    sleep: () => pause(3000),
    async tell() {
      const { analytics } = { analytics: window.tracker.consent.get('analytics') };
      const isAsked = [...shadow().querySelectorAll('button')].some(
        (one) => one.textContent === 'Accept all' && one.checkVisibility(),
      );
      const body = JSON.stringify({ analytics, isAsked, record: watched.record(), kept: await watched.kept() });
      await fetch('told', { method: 'POST', body });
    },
    /** Tells the key that the device has, and what is sealed with it in localStorage. */
    async tellSecrets() {
      const [, line, ...state] = watched.record().split('\n');
      const found = await window.caches?.match('https://key.invalid', { cacheName: 'waymark:demo' });
      const body = JSON.stringify({ key: (await found?.text()) ?? line, sealed: found ? state.join('\n') : '' });
      await fetch('secrets', { method: 'POST', body });
    },
    /** The memories of Wasm modules, as texts of a character a byte. */
    memoryTexts: () =>
      watched.memories.map(({ buffer }) => {
        let text = '';
        for (let at = 0; at < buffer.byteLength; at += 8192)
          text += String.fromCharCode(...new Uint8Array(buffer, at, Math.min(8192, buffer.byteLength - at)));
        return text;
      }),
    /** The forms of ids, as texts of a character a byte, that are in the memory of a Wasm module. */
    inMemory(forms) {
      const texts = window.steps.memoryTexts();
      return {
        count: texts.length,
        found: forms.filter(([, form]) => texts.some((text) => text.includes(form))).map(([name]) => name),
      };
    },
    /** Makes the device as it was before any visit. */
    async wipe() {
      localStorage.clear();
      sessionStorage.clear();
      window.name = '';
      document.cookie
        .split('; ')
        .forEach((cookie) => (document.cookie = `${cookie.split('=')[0]}=; max-age=0; path=/`));
      for (const { name } of await indexedDB.databases()) indexedDB.deleteDatabase(name);
      for (const name of await (window.caches?.keys() ?? [])) await caches.delete(name);
      const folder = await navigator.storage?.getDirectory?.().catch(() => undefined);
      for (const name of folder ? await Array.fromAsync(folder.keys()) : []) await folder.removeEntry(name);
      for (const one of (await navigator.serviceWorker?.getRegistrations()) ?? []) await one.unregister();
    },
  };
}
