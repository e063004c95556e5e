// The live view: shows what GET /api/live streams. Text enters the page as text only, never as HTML.

const shownRows = 300; // in the page; the store has them all
const waitingRows = 1000; // while paused; older ones are counted and left out
const sparkBuckets = 60;
const bucketMs = 5000;
const retryMs = 5000; // after an answer that EventSource does not try again by itself

const byId = (id) => document.getElementById(id);
const list = byId('events');
const filterBox = byId('filter');
const pauseButton = byId('pause');
const rejectedSeen = new Set();
let waiting = [];
let leftOut = 0;
let lastSeq = ''; // of the newest event that came
let frame = 0;
const arrivals = new Map(); // bucket number → events

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function clockTime(iso) {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return '';
  const two = (value) => String(value).padStart(2, '0');
  const ms = String(time.getMilliseconds()).padStart(3, '0');
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${ms}`;
}

function shortId(id) {
  return id ? `…${String(id).slice(-6)}` : '';
}

function detailOf(row) {
  const detail = element('div', 'detail');
  const facts = element('dl');
  const skip = new Set(['properties', 'context', 'raw', 'event_name']);
  for (const [name, value] of Object.entries(row.data)) {
    if (skip.has(name)) continue;
    facts.append(element('dt', '', name.replaceAll('_', ' ')));
    facts.append(element('dd', '', typeof value === 'object' ? JSON.stringify(value) : String(value)));
  }
  for (const part of ['properties', 'context', 'raw']) {
    if (row.data[part] === undefined) continue;
    const text = part === 'raw' ? row.data.raw : JSON.stringify(row.data[part], null, 2);
    const block = element('pre', '', text);
    block.tabIndex = 0; // long ones scroll, by keyboard too (WCAG 2.1.1)
    block.setAttribute('aria-label', part);
    detail.append(element('div', 'quiet', part), block);
  }
  detail.prepend(facts);
  return detail;
}

function rowElement(row) {
  const item = element('li', row.kind === 'rejected' ? 'is-rejected arrived' : 'arrived');
  const details = element('details');
  const summary = element('summary');
  const { data } = row;
  const title = row.kind === 'rejected' ? `rejected: ${data.reason}` : data.event_name;
  const preview = row.kind === 'rejected' ? data.path || data.raw : JSON.stringify(data.properties);
  const time = element('time', 'time', clockTime(data.received_at));
  time.dateTime = data.received_at;
  const session = element('span', 'session', shortId(data.session_id));
  if (data.session_id) session.title = `session ${data.session_id}`;
  summary.append(time, element('span', 'title', title), element('span', 'preview', preview), session);
  details.append(summary);
  details.addEventListener('toggle', () => {
    if (details.open && details.children.length === 1) details.append(detailOf(row));
  });
  item.append(details);
  item.dataset.kind = row.kind;
  item.dataset.text = `${title} ${JSON.stringify(data)}`.toLowerCase();
  return item;
}

function isShown(item) {
  const kind = document.querySelector('input[name="kind"]:checked').value;
  const words = filterBox.value.trim().toLowerCase().split(/\s+/);
  return (kind === 'all' || kind === item.dataset.kind) && words.every((word) => item.dataset.text.includes(word));
}

function applyFilter() {
  let shown = 0;
  for (const item of list.children) {
    item.hidden = !isShown(item);
    if (!item.hidden) shown += 1;
  }
  byId('empty').hidden = shown > 0;
  byId('empty').textContent = list.children.length
    ? 'No row matches the filter.'
    : 'No events yet. They appear here as they arrive.';
}

const isPaused = () => pauseButton.getAttribute('aria-pressed') === 'true';

function render() {
  frame = 0;
  if (isPaused()) {
    pauseButton.textContent = `Paused, ${waiting.length + leftOut} new`;
    return;
  }
  const fresh = document.createDocumentFragment();
  // Rejected ones come in a stream of their own; RFC 3339 times sort as text.
  waiting.sort((a, b) =>
    a.data.received_at < b.data.received_at ? -1 : Number(a.data.received_at > b.data.received_at),
  );
  for (const row of waiting.slice(-shownRows).reverse()) {
    const item = rowElement(row);
    item.hidden = !isShown(item);
    fresh.append(item);
  }
  waiting = [];
  leftOut = 0;
  list.prepend(fresh);
  if (list.children.length > shownRows) byId('bound').hidden = false;
  while (list.children.length > shownRows) list.lastElementChild.remove();
  applyFilter();
}

function add(kind, data) {
  waiting.push({ kind, data });
  if (waiting.length > waitingRows) {
    waiting.shift();
    leftOut += 1;
  }
  frame ||= requestAnimationFrame(render);
}

function countArrivals(timeMs, events) {
  const bucket = Math.floor(timeMs / bucketMs);
  arrivals.set(bucket, (arrivals.get(bucket) ?? 0) + events);
}

function drawSpark() {
  const last = Math.floor(Date.now() / bucketMs);
  for (const bucket of arrivals.keys()) if (bucket <= last - sparkBuckets) arrivals.delete(bucket);
  const counts = Array.from({ length: sparkBuckets }, (_, i) => arrivals.get(last - sparkBuckets + 1 + i) ?? 0);
  const most = Math.max(1, ...counts);
  const bars = counts.map((count, at) => {
    const bar = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
    const height = count ? Math.max(1, (count / most) * 20) : 0.4;
    for (const [name, value] of Object.entries({ x: at + 0.1, y: 20 - height, width: 0.8, height })) {
      bar.setAttribute(name, String(value));
    }
    return bar;
  });
  byId('spark').replaceChildren(...bars);
  const minute = counts.slice(-60000 / bucketMs).reduce((sum, count) => sum + count, 0);
  byId('per-minute').textContent = minute.toLocaleString();
}

function setState(state, words) {
  const box = byId('state');
  box.dataset.state = state;
  if (box.textContent !== words) box.textContent = words;
}

function connect() {
  const query = new URLSearchParams(lastSeq ? { after: lastSeq } : {});
  const key = new URLSearchParams(location.search).get('key');
  if (key) query.set('key', key);
  const source = new EventSource(`/api/live?${query}`);
  source.addEventListener('open', () => setState('open', 'Connected'));
  source.addEventListener('error', () => {
    setState('lost', 'Connection lost, trying again…');
    if (source.readyState === EventSource.CLOSED) setTimeout(connect, retryMs);
  });
  source.addEventListener('event', (message) => {
    lastSeq = message.lastEventId;
    const data = JSON.parse(message.data);
    countArrivals(Date.parse(data.received_at), 1);
    add('event', data);
  });
  source.addEventListener('rejected', (message) => {
    const data = JSON.parse(message.data);
    if (rejectedSeen.has(data.seq)) return; // a new connection begins with the latest ones
    rejectedSeen.add(data.seq);
    if (rejectedSeen.size > waitingRows) rejectedSeen.delete(rejectedSeen.values().next().value);
    add('rejected', data);
  });
  source.addEventListener('skipped', (message) => {
    const { from, to } = JSON.parse(message.data);
    countArrivals(Date.now(), to - from + 1);
    byId('bound').hidden = false;
  });
  source.addEventListener('totals', (message) => {
    const totals = JSON.parse(message.data);
    for (const name of ['accepted', 'duplicate', 'rejected']) byId(name).textContent = totals[name].toLocaleString();
  });
}

filterBox.addEventListener('input', applyFilter);
byId('tools').addEventListener('change', applyFilter);
byId('tools').addEventListener('submit', (event) => event.preventDefault());
pauseButton.addEventListener('click', () => {
  pauseButton.setAttribute('aria-pressed', String(!isPaused()));
  pauseButton.textContent = 'Pause';
  render();
});
byId('clear').addEventListener('click', () => {
  list.replaceChildren();
  byId('bound').hidden = true;
  applyFilter();
});
document.addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.target === filterBox || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  filterBox.focus();
});
setInterval(drawSpark, 1000);
drawSpark();
connect();
