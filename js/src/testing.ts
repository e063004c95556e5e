// `waymark/testing`, for Node: checks in a real browser that a page is silent before consent and clean after a withdrawal.

export { checkPrivacy, type PrivacyCheck } from './testing/check.js';
export { privacyCheck } from './testing/command.js';
export { findChromium, launchChromium, type Chromium } from './testing/chromium.js';
export type { Finding } from './testing/compare.js';
export type { Effect, Instrument, Observation, Phase, Place, Sighting, Stage } from './testing/effects.js';
export { EnvironmentError } from './testing/environment_error.js';
export { assertSilent, NotSilentError, reportText, type PrivacyReport } from './testing/report.js';
export { visitPage, type Choice, type Visit, type VisitOptions } from './testing/visit.js';
export type { Visitor } from './testing/visitor.js';
