// The tracker, and the banner over its consent. Nothing is sent or stored before somebody says yes.
import { createRoot } from 'react-dom/client';
import { init } from 'waymark';
import { ConsentBanner } from './ConsentBanner.jsx';

const tracker = init({ writeKey: 'demo', endpoint: location.origin, app: { name: 'consent-react' } });
tracker.page();

createRoot(document.getElementById('app')).render(
  <>
    <ConsentBanner consent={tracker.consent} />
    <main>
      <h1>A banner in React</h1>
    </main>
  </>,
);
