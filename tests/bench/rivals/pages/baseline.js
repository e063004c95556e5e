// The least that plain JavaScript can do, and no tracker: JSON.stringify, push, a request for each 100.
export function start(endpoint) {
  const queue = [];
  const send = (keepalive) => {
    if (queue.length > 0) fetch(endpoint, { method: 'POST', keepalive, body: `{"events":[${queue.splice(0)}]}` });
  };
  addEventListener('pagehide', () => send(true));
  const track = (name, properties) => {
    const event = { event_name: name, properties, timestamp: Date.now(), id: crypto.randomUUID() };
    if (queue.push(JSON.stringify(event)) >= 100) send(false);
  };
  return { track, flush: () => send(false) };
}
