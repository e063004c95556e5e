"""Sends what its standard input asks for, a JSON array a line, and prints the outcomes."""

import asyncio
import json
import os
import sys
import threading
import time

import track


def main() -> None:
    for line in sys.stdin:
        call, *arguments = json.loads(line)
        began = time.monotonic()
        outcome = None
        if call == "env":
            for name in ("DO_NOT_TRACK", "SHOP_TELEMETRY", "CI"):
                os.environ.pop(name, None)
            os.environ.update(arguments[0])
        elif call == "init":
            track.init(**arguments[0])
        elif call == "log":
            outcome = track.log_event(*arguments[:2], **(arguments[2] if len(arguments) > 2 else {}))
        elif call == "log_async":
            outcome = asyncio.run(track.log_event_async(*arguments[:2], **(arguments[2] if len(arguments) > 2 else {})))
        elif call == "many":
            outcomes = []
            threads = [
                threading.Thread(target=lambda: outcomes.append(track.log_event(*arguments[1:]).verdict))
                for _ in range(arguments[0])
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            outcome = [{name: outcomes.count(name) for name in sorted(set(outcomes))}]
        elif call == "many_async":
            outcome = asyncio.run(many_async(arguments))
        elif call == "strange":
            # Values that are no JSON.
            for strange in (object(), {"a": {1, 2}}, {"a": float("nan")}, {"a": b"x"}, circle()):
                print(json.dumps(track.log_event("note_written", strange).verdict))
        if outcome is not None:
            print(json.dumps([*outcome, round(time.monotonic() - began, 3)]))


def circle():
    value = {}
    value["a"] = value
    return value


async def many_async(arguments):
    outcomes = await asyncio.gather(*(track.log_event_async(*arguments[1:]) for _ in range(arguments[0])))
    verdicts = [outcome.verdict for outcome in outcomes]
    return [{name: verdicts.count(name) for name in sorted(set(verdicts))}]


main()
