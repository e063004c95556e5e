import { createTracker } from './waymark/track.js';
import { isWasmForbidden, trackAll } from './trackable.js';

const counts = await trackAll(createTracker, 25);
window.told = {
  page: { counts, isForbidden: isWasmForbidden() },
  service: await chrome.runtime.sendMessage('how many'),
};
