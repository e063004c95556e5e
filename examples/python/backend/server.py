"""A back end that greets, and tells of each request: python3 server.py [PORT]

track.py is generated from plan.json, so that mypy finds events and properties that the plan does not have.
"""

from __future__ import annotations

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal
from urllib.parse import parse_qs, urlsplit

import track

Route = Literal["/", "/greet", "other"]

# Telling takes up to two seconds when the collector is away; answers do not wait for it.
tellers = ThreadPoolExecutor(max_workers=4)


def tell(outcome: track.Outcome) -> None:
    if outcome.verdict not in ("accepted", "denied", "disabled"):
        print(f"server.py: an event was not stored: {outcome.verdict}: {outcome.reason}", file=sys.stderr)


def tell_request(route: Route, status: int, duration_ms: float, consent: list[str]) -> None:
    properties: track.RequestAnswered = {"route": route, "status": status, "duration_ms": duration_ms}
    tell(track.log_event("request_answered", properties, consent=consent))


def tell_greeting(language: Literal["en", "de"], consent: list[str]) -> None:
    tell(track.log_event("greeting_sent", {"language": language}, consent=consent))


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        began = time.monotonic()
        url = urlsplit(self.path)
        # The page's banner sets this cookie when someone agrees; without it nothing is told of their requests.
        consent = ["analytics"] if "consent=analytics" in self.headers.get("Cookie", "") else []
        route: Route = "other"
        status, text = 404, "not here\n"
        if url.path == "/":
            route, status, text = "/", 200, "try /greet?language=de\n"
        elif url.path == "/greet":
            route, status = "/greet", 200
            is_german = parse_qs(url.query).get("language") == ["de"]
            text = "Guten Tag\n" if is_german else "Good day\n"
            tellers.submit(tell_greeting, "de" if is_german else "en", consent)
        self.answer(status, text)
        tellers.submit(tell_request, route, status, round(1000 * (time.monotonic() - began), 3), consent)

    def answer(self, status: int, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        pass


def main(port: int) -> None:
    track.init(
        write_key="demo",
        endpoint=os.environ.get("COLLECTOR", "http://127.0.0.1:8787"),
        consent=[],  # each call says what the person of that request agreed to
    )
    with ThreadingHTTPServer(("127.0.0.1", port), Handler) as server:
        print(f"listening on http://127.0.0.1:{server.server_port}", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            tellers.shutdown()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 8000)
