// The events of one tracker as a table, the newest first. A row stays the same element while its event changes, so that
// what is open in it stays open.
import type { InspectedEvent, InspectedTracker } from '../inspection.js';

/** An element with a class and children. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className = '',
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

/** All that is known of why an event is where it is, in words. */
export function why({ verdict, reason, explain, status, batch, restored }: InspectedEvent): string {
  return [
    explain || reason,
    verdict !== 'accepted' && verdict !== 'held' && `verdict ${verdict}`,
    restored && 'from the journal',
    batch && `batch ${batch}`,
    status !== undefined && (status ? `status ${status}` : 'no answer'),
  ]
    .filter(Boolean)
    .join(', ');
}

/** The tracker's state in one line. */
export function summary({ writeKey, state, fault, consent, totals }: InspectedTracker): string {
  const choices = Object.entries(consent).map(([purpose, choice]) => `${purpose} ${choice}`);
  const counts = Object.entries(totals).map(([name, count]) => `${count} ${name}`);
  return `${writeKey || 'No write key'}: ${fault || state}. Consent: ${choices.join(', ')}. Events: ${counts.join(', ')}.`;
}

const timeOf = (time: string) => time.slice(11, 23); // the part of the day, UTC

export interface Table {
  element: HTMLTableElement;
  show(tracker: InspectedTracker): void;
}

export function newTable(): Table {
  const caption = make('caption');
  const heads = ['Time (UTC)', 'Event', 'State', 'Why'].map((text) => {
    const head = make('th', '', text);
    head.scope = 'col';
    return head;
  });
  const body = make('tbody');
  const rows = new Map<number, { row: HTMLTableRowElement; show(event: InspectedEvent): void }>();

  function newRow() {
    const name = make('span');
    const details = make('details', '', make('summary', '', 'Properties'));
    const properties = make('pre');
    details.append(properties);
    details.hidden = true;
    const time = make('td', 'time');
    const state = make('td');
    const reason = make('td');
    return {
      row: make('tr', '', time, make('td', '', name, details), state, reason),
      show(event: InspectedEvent) {
        time.textContent = timeOf(event.time);
        name.textContent = event.event_name || '(no name)';
        details.hidden = !event.properties;
        properties.textContent = JSON.stringify(event.properties, null, 1) ?? '';
        state.textContent = event.state;
        state.className = `state ${event.state}`;
        reason.textContent = why(event);
      },
    };
  }

  return {
    element: make('table', '', caption, make('thead', '', make('tr', '', ...heads)), body),
    show(tracker) {
      caption.textContent = summary(tracker);
      const numbers = new Set(tracker.events.map(({ number }) => number));
      for (const [number, { row }] of rows)
        if (!numbers.has(number)) {
          row.remove();
          rows.delete(number);
        }
      for (const event of tracker.events) {
        let entry = rows.get(event.number);
        if (!entry) {
          rows.set(event.number, (entry = newRow()));
          body.prepend(entry.row);
        }
        entry.show(event);
      }
    },
  };
}
