// The tracker, and the banner over its consent. Nothing is sent or stored before somebody says yes.

import { init } from './waymark/track.js';
import { mountBanner } from './banner.js';

const tracker = init({ writeKey: 'demo', endpoint: location.origin, app: { name: 'consent-own' } });
mountBanner(tracker.consent);
tracker.page();
