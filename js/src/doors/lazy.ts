// Loads the core as plain JavaScript, only when it is needed.
export const loadFallback = () => import('../fallback.js');
