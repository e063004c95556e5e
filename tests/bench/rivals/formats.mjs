// What each tracker sends, read: which event it is, by its order id, and the id by which its service tells that it has the
// event already.
import { gunzipSync } from 'node:zlib';

const unpacked = (bytes) => (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes);
const parse = (bytes) => JSON.parse(unpacked(bytes));
const fromBase64 = (text) => Buffer.from(text.replace(/^data=/, ''), 'base64');
const list = (value) => (Array.isArray(value) ? value : [value]);

/** A form with the field `data`, in base64, or the JSON itself. */
function parseForm(bytes) {
  const text = unpacked(bytes).toString();
  if (!text.startsWith('data=')) return JSON.parse(text);
  const data = new URLSearchParams(text).get('data');
  return JSON.parse(/^[[{]/.test(data) ? data : fromBase64(data.replaceAll(' ', '+')));
}

const batchOf = (sent) => list(sent.batch ?? sent);

// An event id of ours does not travel: it is computed from these three.
function waymarkEvents(body) {
  const { instance_id, events } = parse(body);
  return events.map(({ properties, sequence, timestamp }) => ({
    properties,
    id: [instance_id, sequence, timestamp].join(),
  }));
}

function snowplowEvent({ ue_px, ue_pr, eid }) {
  const { data } = JSON.parse(ue_px ? fromBase64(ue_px) : ue_pr);
  return { properties: data.data, id: eid };
}

function plausibleEvent({ p, props = p }) {
  return { properties: typeof props === 'string' ? JSON.parse(props) : props };
}

const byMessageId = ({ properties, messageId }) => ({ properties, id: messageId });

const eventsIn = {
  waymark: waymarkEvents,
  baseline: (body) => parse(body).events,
  posthog: (body) => batchOf(parseForm(body)).map(({ properties, uuid }) => ({ properties, id: uuid })),
  amplitude: (body) => parse(body).events.map((event) => ({ properties: event.event_properties, id: event.insert_id })),
  segment: (body) => batchOf(parse(body)).map(byMessageId),
  snowplow: (body) => parse(body).data.map(snowplowEvent),
  mixpanel: (body) => list(parseForm(body)).map(({ properties }) => ({ properties, id: properties.$insert_id })),
  rudderstack: (body) => batchOf(parse(body)).map(byMessageId),
  jitsu: (body) => [byMessageId(parse(body))],
  plausible: (body) => [plausibleEvent(parse(body))],
  glean: (body) => (parse(body).events ?? []).map(({ extra }) => ({ properties: extra })),
};

/** The trackers whose format is known here, ours first. */
export const names = Object.keys(eventsIn);

/**
 * The events in the body that tracker `name` sent, as `order` (the order id) and `id` (undefined if events have none).
 * Others that the tracker sent of its own accord are left out. Throws when the body is not in its format.
 */
export const readEvents = (name, body) =>
  eventsIn[name](body)
    .map(({ properties, id }) => ({ order: properties?.order_id, id }))
    .filter(({ order }) => order);

/** What the tracker's own service answers when it has taken the events. */
export const answerOf = (name, count) =>
  ({
    waymark: JSON.stringify({ accepted: count, duplicate: 0, rejected: [] }),
    amplitude: JSON.stringify({ code: 200, events_ingested: count, payload_size_bytes: 1, server_upload_time: 1 }),
    posthog: '{"status":1}',
    segment: '{"success":true}',
    mixpanel: '1',
    jitsu: '{"ok":true}',
  })[name] ?? 'ok';
