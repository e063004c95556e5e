// What a visitor does in the shop, step by step. The same steps are taken over the tracker and over the idle one.

/** Opens the shop and waits until it is drawn. */
export async function openShop(page, url) {
  await page.goto(url);
  await page.waitForSelector('.grid .card');
}

/** Scrolls, looks for things, puts two into the cart, goes to checkout and back. Does not touch the banner. */
export async function browse(page) {
  await page.mouse.wheel(0, 1200);
  await page.mouse.wheel(0, -1200);
  await page.check('input[name=category][value=camp]');
  await page.fill('#search', 'lantern');
  await page.press('#search', 'Enter');
  await page.selectOption('#order', 'price_up');
  await page.click('.card-name a[href*="storm-lantern"]');
  await page.click('#add');
  await page.click('#add');
  await page.click('.cart-link');
  await page.click('a[href="?view=checkout"]');
  await page.fill('#full-name', 'Nobody Special');
  await page.goBack();
  await page.goBack();
  await page.waitForSelector('#add');
}

/** Makes the page believe that it was hidden and shown again, as a switch to another tab does. */
export async function hideAndShow(page) {
  await page.evaluate(() => {
    for (const state of ['hidden', 'visible']) {
      Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state });
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => state === 'hidden' });
      document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
    }
  });
}

/** Fills in the checkout form and orders. Begins in the cart with something in it. */
export async function order(page) {
  await page.click('a[href="?view=checkout"]');
  await page.fill('#full-name', 'Ada Lovelace');
  await page.fill('#email', 'ada.lovelace@example.com');
  await page.fill('#street', '12 St James Square');
  await page.fill('#postcode', 'SW1Y 4JH');
  await page.fill('#city', 'London');
  await page.check('input[value=invoice]');
  await page.click('#order-now');
  await page.waitForSelector('.thanks');
}

/** The visitor of the privacy check with those methods of a page of Playwright that `browse` uses. */
export function asPage(visitor) {
  return {
    mouse: { wheel: (_, pixels) => visitor.scroll(pixels) },
    check: visitor.click,
    click: visitor.click,
    fill: visitor.fill,
    press: (_, key) => visitor.press(key),
    selectOption: visitor.select,
    goBack: visitor.back,
    waitForSelector: visitor.waitFor,
  };
}
