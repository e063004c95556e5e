// A short-lived tool: does what its argument asks for, prints what it got, and ends.
import { firstRunNotice, init, ping, whyOff } from './ping.mjs';

const asked = JSON.parse(process.argv[2]);
init({
  endpoint: asked.endpoint,
  version: asked.version,
  enabled: !asked.disabled,
  noticeShown: asked.noticeShown,
});
const notices = Array.from({ length: asked.notices ?? 0 }, () => firstRunNotice());
const options = { count: asked.count, durationMs: asked.ms };
const begun = Array.from({ length: asked.pings }, () => ping('cart_emptied', options));
console.log(JSON.stringify({ notices, begun, whyOff: whyOff() }));
