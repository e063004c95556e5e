import posthog from 'posthog-js';

// Its limit of 10 events a second is lifted and its filter of automated browsers is off, since both drop events. The remote configuration is read
// from the endpoint, since it is what turns compression on.
export function start(endpoint, consent) {
  return new Promise((resolve) =>
    posthog.init('phc_bench', {
      api_host: endpoint,
      autocapture: false,
      capture_pageview: false,
      capture_pageleave: false,
      capture_performance: false,
      disable_session_recording: true,
      disable_surveys: true,
      disable_external_dependency_loading: true,
      advanced_disable_feature_flags: true,
      person_profiles: 'identified_only',
      rate_limiting: { events_per_second: 100000, events_burst_limit: 100000 },
      opt_out_useragent_filter: true,
      opt_out_capturing_by_default: consent !== 'granted',
      loaded: () => resolve({ track: (name, properties) => posthog.capture(name, properties), flush() {} }),
    }),
  );
}
