"""Sorts its standard input, and tells how many lines it sorted: python3 example.py [--telemetry on|off] < TEXT"""

from __future__ import annotations

import os
import sys
import time

from waymark import Telemetry


def main(arguments: list[str]) -> int:
    telemetry = Telemetry(
        tool="sort-lines",
        version="1.0.0",
        endpoint=os.environ.get("COLLECTOR", "http://127.0.0.1:8787"),
        write_key="demo",
    )
    with telemetry:
        if arguments[:1] == ["--telemetry"] and arguments[1:] in (["on"], ["off"]):
            print(telemetry.notice)
            if not telemetry.answer(arguments[1] == "on"):
                print(f"example.py: {telemetry.status_detail}", file=sys.stderr)
                return 2
            print("telemetry is on" if telemetry.is_on else "telemetry is off")
            return 0
        if arguments:
            print("usage: python3 example.py [--telemetry on|off] < TEXT", file=sys.stderr)
            return 2
        began = time.monotonic()
        lines = sorted(sys.stdin)
        sys.stdout.writelines(lines)
        telemetry.track("lines_sorted", {"lines": len(lines)})
        telemetry.record("sort.time.ms", 1000 * (time.monotonic() - began))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
