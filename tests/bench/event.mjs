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
 * Medians over `runs` runs, each of `calls` calls of either kind in alternating blocks.
 * `track` must accept every event; `rest` is awaited between blocks so that the queue is empty again.
 */
export async function measure({ track, rest, makeEvent, runs = 5, calls = 5000, block = 50 }) {
  const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
  const results = [];
  for (let run = -1; run < runs; ++run) {
    // run -1 warms up and is not counted
    let baselineMs = 0;
    let trackMs = 0;
    for (let done = 0; done < calls; done += block) {
      const events = Array.from({ length: block }, (_, i) => makeEvent(done + i));
      const list = [];
      let beganMs = performance.now();
      for (const properties of events) list.push(JSON.stringify({ event_name: 'checkout_completed', properties }));
      baselineMs += performance.now() - beganMs;
      let accepted = 0;
      beganMs = performance.now();
      for (const properties of events) if (track('checkout_completed', properties) === 'accepted') ++accepted;
      trackMs += performance.now() - beganMs;
      if (accepted !== block || list.length !== block) throw new Error(`only ${accepted} of ${block} were accepted`);
      await rest();
    }
    if (run >= 0) results.push({ baseline: (baselineMs / calls) * 1000, track: (trackMs / calls) * 1000 });
  }
  return {
    baselineUs: median(results.map(({ baseline }) => baseline)),
    trackUs: median(results.map(({ track }) => track)),
    ratio: median(results.map(({ baseline, track }) => track / baseline)),
  };
}
