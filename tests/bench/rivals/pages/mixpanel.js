import mixpanel from 'mixpanel-browser';

export function start(endpoint, consent) {
  mixpanel.init('bench', {
    api_host: endpoint,
    persistence: 'localStorage',
    opt_out_tracking_by_default: consent !== 'granted',
    opt_out_persistence_by_default: consent !== 'granted',
  });
  return { track: (name, properties) => mixpanel.track(name, properties), flush() {} };
}
