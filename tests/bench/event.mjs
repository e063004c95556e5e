// What is measured: the same loop in Node and in the page. Sent to the browser as text, so it imports nothing.

/** An event of eight properties, as a shop sends it. */
export const makeEvent = (i) => ({
  order_id: `ord_${456789 + i}`,
  order_value: 149.99,
  currency: 'EUR',
  item_count: 3,
  payment_method: 'invoice',
  coupon: null,
  is_first_order: i % 2 === 0,
  shipping: { carrier: 'bike', days: 2 },
});

/**
 * Medians over `runs` runs, of the medians over the blocks of each: `block` calls of either kind by turns, so that what
 * else the machine does falls on both alike. `track` must accept every event; `rest` is awaited between blocks so that
 * the queue is empty again. A block lasts some 100 µs at least, since browsers round their clock.
 */
export async function measure({ track, rest, makeEvent, runs = 5, calls = 8000, block = 400 }) {
  const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
  const summary = (results) => ({
    baselineUs: median(results.map(({ baselineUs }) => baselineUs)),
    trackUs: median(results.map(({ trackUs }) => trackUs)),
    ratio: median(results.map(({ ratio }) => ratio)),
  });
  const results = [];
  for (let run = -1; run < runs; ++run) {
    // run -1 warms up and is not counted
    const blocks = [];
    for (let done = 0; done < calls; done += block) {
      const events = Array.from({ length: block }, (_, i) => makeEvent(done + i));
      const list = [];
      let beganMs = performance.now();
      for (const properties of events) list.push(JSON.stringify({ event_name: 'checkout_completed', properties }));
      const baselineMs = performance.now() - beganMs;
      let accepted = 0;
      beganMs = performance.now();
      for (const properties of events) if (track('checkout_completed', properties) === 'accepted') ++accepted;
      const trackMs = performance.now() - beganMs;
      if (accepted !== block || list.length !== block) throw new Error(`only ${accepted} of ${block} were accepted`);
      await rest();
      blocks.push({
        baselineUs: (baselineMs / block) * 1000,
        trackUs: (trackMs / block) * 1000,
        ratio: trackMs / baselineMs,
      });
    }
    if (run >= 0) results.push(summary(blocks));
  }
  return summary(results);
}
