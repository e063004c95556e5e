// The table of a run: a row a tracker, ours first, and below it what could not be measured and why.

const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];

/** The figure of all rounds, or the least and the greatest when they differ. */
function range(numbers) {
  const [least, greatest] = [Math.min(...numbers), Math.max(...numbers)];
  return least === greatest ? String(least) : `${least}–${greatest}`;
}

const kilobytes = (bytes) => (bytes / 1000).toFixed(1);
const significant = (number) => (number < 10 ? number.toFixed(2) : String(Math.round(number)));

const columns = {
  tracker: (name) => name,
  'bundle kB min / br': (_, { size }) => size && `${kilobytes(size.minified)} / ${kilobytes(size.brotli)}`,
  'body B an event': (_, { costs }) => costs.length && median(costs.map(({ bytes }) => bytes)).toFixed(1),
  'main thread CPU': (_, { costs, ratios }) => {
    if (ratios.length) return `${significant(median(ratios))} ×`;
    return costs.length && '1 ×';
  },
  'arrived of 1000': (_, { costs }) => costs.length && range(costs.map(({ arrived }) => arrived)),
  '50, leave: arrived → next visit': (_, { leave50 }) =>
    leave50.length && `${range(leave50.map(({ away }) => away))} → ${range(leave50.map(({ back }) => back))}`,
  '500, leave: arrived → next visit': (_, { leave500 }) =>
    leave500.length && `${range(leave500.map(({ away }) => away))} → ${range(leave500.map(({ back }) => back))}`,
  'of 500 sent twice / counted twice': (_, { leave500 }) =>
    leave500.length &&
    `${range(leave500.map(({ repeated }) => repeated))} / ${range(leave500.map(({ doubled }) => doubled))}`,
  'before opt-in: requests / entries': (_, { optIn }) => optIn && `${optIn.requests} / ${optIn.stored}`,
};

/** Prints `results` (by tracker, in order) as a Markdown table, with the versions and what the columns mean. */
export function printTable({ browser, rounds, leaveRounds, versions }, results) {
  const cells = Object.entries(results).map(([name, result]) =>
    Object.values(columns).map((column) => column(name, result) || '–'),
  );
  const rows = [Object.keys(columns), ...cells];
  const widths = rows[0].map((_, at) => Math.max(...rows.map((row) => row[at].length)));
  const line = (row) => `| ${row.map((cell, at) => cell.padEnd(widths[at])).join(' | ')} |`;
  console.log(`\nOther trackers beside ours, Chromium ${browser}; rounds: cost ${rounds}, leaving ${leaveRounds}\n`);
  console.log(line(rows[0]));
  console.log(line(widths.map((width) => '-'.repeat(width))));
  for (const row of cells) console.log(line(row));
  console.log(`
Bundle: what a page loads first. Body and CPU: 1000 events in tasks of 50, flush included, warm; CPU as a ratio to the
baseline just before. Leaving: all events in one task, then another page; 5 s later; after a second visit of 5 s with one
more event. Counted twice: sent twice and not known to be the same by an event id. Before opt-in: in the tracker's own
state for that, where it has one, 3 events, 3 s; entries: cookies, local and session storage, databases.`);
  console.log(versions.join(', '));
  for (const [name, { reasons }] of Object.entries(results))
    for (const reason of reasons) console.log(`Not measured: ${name}, ${reason}`);
}
