// What `waymark/debug` says of the tracker that was made last. Whoever imports this has its trackers watched.
import { inspect, watch } from '../../js/dist/debug.js';

watch();

export const last = () => inspect().trackers.at(-1);
export const states = (tracker = last()) => tracker.events.map(({ event_name, state }) => [event_name, state]);
export const eventNamed = (name, tracker = last()) => tracker.events.find(({ event_name }) => event_name === name);
