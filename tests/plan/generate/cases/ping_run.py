"""A short-lived tool: does what its argument asks for, prints what it got, and ends."""

import json
import sys

import ping

asked = json.loads(sys.argv[1])
ping.init(
    endpoint=asked["endpoint"],
    version=asked.get("version", ""),
    enabled=not asked.get("disabled", False),
    notice_shown=asked.get("noticeShown", False),
)
notices = [ping.first_run_notice() for _ in range(asked.get("notices", 0))]
begun = [ping.ping("cart_emptied", count=asked.get("count"), duration_ms=asked.get("ms")) for _ in range(asked["pings"])]
print(json.dumps({"notices": notices, "begun": begun, "whyOff": ping.why_off()}))
