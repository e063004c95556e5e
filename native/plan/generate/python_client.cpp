#include "native/plan/generate/python_client.hpp"

namespace waymark::plan {

const std::string_view python_client_head =
    R"py("""Events of the tracking plan, sent to a collector one by one. Python 3.9 or newer, the standard library alone.

    import track

    track.init(write_key="...", endpoint="https://collect.example.com", consent=["analytics"])
    track.log_event(...)              # waits for the answer, `timeout_s` at most
    await track.log_event_async(...)  # the same without blocking the event loop

Nothing here raises into the caller (but with strict=True) and nothing is printed. Nothing is sent when DO_NOT_TRACK is
set, when {{variable}} is 0, when `enabled` is False, or without consent to the event's purpose.
"""

{{origin}}
import asyncio
import concurrent.futures
import datetime
import http.client
import ipaddress
import json
import os
import threading
import time
import urllib.parse
import uuid
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple, Union, overload
from typing import Literal, TypedDict

PLAN_VERSION = {{version}}

# At most so many events are under way at once; more are refused, so that a slow collector cannot pile up threads.
_IN_FLIGHT = 32
_ANSWER_BYTES = 64 * 1024
_LONGEST_WAIT_S = 60.0


class Outcome(NamedTuple):
    """What became of an event.

    verdict: accepted; denied (no consent); disabled (switched off, `reason` says by what); invalid (it breaks a rule);
    rate_limited; queue_full (too many under way); failed (no answer, or none that helps).
    """

    verdict: Literal["accepted", "denied", "disabled", "invalid", "rate_limited", "queue_full", "failed"]
    reason: str = ""


class TrackingError(Exception):
    """Raised with strict=True for an event that is invalid or failed."""


class _Settings(NamedTuple):
    write_key: str
    is_https: bool
    host: str
    port: Optional[int]
    path: str
    consent: Tuple[str, ...]
    app_version: str
    timeout_s: float
    strict: bool


_PURPOSES: Dict[str, str] = {
{{purposes}}}

_lock = threading.Lock()
_slots = threading.BoundedSemaphore(_IN_FLIGHT)
_settings: Optional[_Settings] = None
_why_disabled = "init was not called"
_failures = 0
_not_before = 0.0  # time.monotonic() before which nothing is tried


def init(
    *,
    write_key: str,
    endpoint: str,
    consent: Sequence[str],
    app_version: str = "",
    timeout_s: float = 2.0,
    enabled: bool = True,
    strict: bool = False,
) -> None:
    """Says where events go. Call it once, before the first event; a later call replaces the earlier.

    endpoint: the collector's base URL: https, or http on this machine.
    consent: the purposes that the people whom the events are about agreed to; a call of log_event may say otherwise.
    timeout_s: how long log_event waits at most, in seconds.
    strict: for tests: raises TrackingError for events that are invalid or fail.
    """
    global _settings, _why_disabled, _failures, _not_before
    reason = "" if enabled else "enabled=False"
    reason = reason or _opt_out()
    settings = None
    if not reason:
        try:
            url = urllib.parse.urlsplit(endpoint)
            port = url.port
            host = url.hostname or ""
        except (TypeError, ValueError, AttributeError):
            host = ""
        if not host or not (url.scheme == "https" or (url.scheme == "http" and _is_this_machine(host))):
            reason = "endpoint is neither https nor http on this machine"
        else:
            path = url.path.rstrip("/") + "/event"
            settings = _Settings(
                write_key, url.scheme == "https", host, port, path, _purposes(consent), app_version, timeout_s, strict
            )
    with _lock:
        _settings = settings
        _why_disabled = reason
        _failures = 0
        _not_before = 0.0


def _purposes(consent: Sequence[str]) -> Tuple[str, ...]:
    return (consent,) if isinstance(consent, str) else tuple(consent)


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _opt_out() -> str:
    """The variable that forbids sending, or nothing. Read before anything else is done."""
    white_space = " \t\n\r\f\v"
    if os.environ.get("DO_NOT_TRACK", "").strip(white_space).lower() not in ({{no_signal}}):
        return "DO_NOT_TRACK"
    if os.environ.get({{variable_literal}}, "").strip(white_space).lower() in ({{off_words}}):
        return {{variable_literal}}
    return ""
)py";

const std::string_view python_client_calls = R"py(

def _start(
    event: str,
    properties: Any,
    user_id: Optional[str],
    anonymous_id: Optional[str],
    consent: Optional[Sequence[str]],
    event_id: Optional[str],
    timestamp: Optional[datetime.datetime],
) -> "Union[Outcome, concurrent.futures.Future[Outcome]]":
    settings = _settings
    if settings is None:
        return Outcome("disabled", _why_disabled)
    if event not in _PURPOSES:
        return Outcome("invalid", "the plan has no event of this name")
    purpose = _PURPOSES[event]
    granted = settings.consent if consent is None else _purposes(consent)
    if purpose != "necessary" and purpose not in granted:
        return Outcome("denied", "no consent to " + purpose)
    now = datetime.datetime.now(datetime.timezone.utc) if timestamp is None else timestamp
    message: Dict[str, Any] = {
        "write_key": settings.write_key,
        "event_id": str(uuid.uuid4()) if event_id is None else event_id,
        "event_name": event,
        "timestamp": now.astimezone(datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "consent": granted,
        "plan_version": PLAN_VERSION,
        "sdk": {"name": "waymark-python", "version": "1"},
        "properties": {} if properties is None else properties,
    }
    if settings.app_version:
        message["app_version"] = settings.app_version
    if user_id is not None:
        message["user_id"] = user_id
    if anonymous_id is not None:
        message["anonymous_id"] = anonymous_id
    try:
        body = json.dumps(message, allow_nan=False, separators=(",", ":")).encode("ascii")
    except (TypeError, ValueError, RecursionError) as problem:
        return Outcome("invalid", "the properties are no JSON: " + str(problem))
    if time.monotonic() < _not_before:
        return Outcome("failed", "the collector failed before; it is tried again later")
    if not _slots.acquire(blocking=False):
        return Outcome("queue_full", "too many events are under way")
    future: "concurrent.futures.Future[Outcome]" = concurrent.futures.Future()
    future.set_running_or_notify_cancel()
    try:
        # A daemon, so that a name server that does not answer cannot keep the process from ending.
        threading.Thread(target=_deliver, args=(settings, body, future), daemon=True).start()
    except RuntimeError as problem:
        _slots.release()
        return Outcome("failed", str(problem))
    return future


def _deliver(settings: _Settings, body: bytes, future: "concurrent.futures.Future[Outcome]") -> None:
    try:
        outcome, wait_s = _post(settings, body)
    except Exception as problem:
        outcome, wait_s = Outcome("failed", type(problem).__name__ + ": " + str(problem)), 0.0
    finally:
        _slots.release()
    _remember(outcome, wait_s)
    future.set_result(outcome)


def _post(settings: _Settings, body: bytes) -> Tuple[Outcome, float]:
    """The outcome, and how many seconds the collector asks to be left alone."""
    kind = http.client.HTTPSConnection if settings.is_https else http.client.HTTPConnection
    connection = kind(settings.host, settings.port, timeout=settings.timeout_s)
    try:
        connection.request("POST", settings.path, body=body, headers={"Content-Type": "text/plain"})
        response = connection.getresponse()
        answer = response.read(_ANSWER_BYTES)
        retry_after = response.headers.get("Retry-After", "")
    finally:
        connection.close()
    wait_s = float(retry_after) if retry_after.isascii() and retry_after.isdigit() else 0.0
    if 200 <= response.status < 300:
        return Outcome("accepted"), 0.0
    reason = "HTTP " + str(response.status) + _error_in(answer)
    if response.status in (400, 413):
        return Outcome("invalid", reason), 0.0
    return Outcome("rate_limited" if response.status == 429 else "failed", reason), wait_s


def _error_in(answer: bytes) -> str:
    """The reason that the collector gives, with the place, as far as it can be read."""
    try:
        parsed = json.loads(answer)
        rejected = parsed.get("rejected") or [parsed]
        parts = [rejected[0].get(name) for name in ("reason", "error", "path", "message")]
    except (ValueError, AttributeError, LookupError, TypeError, RecursionError):
        return ""
    return "".join(": " + part for part in parts if isinstance(part, str) and part)


def _remember(outcome: Outcome, wait_s: float) -> None:
    """After a failure the collector is left alone: a second, then twice as long each time, a minute at most."""
    global _failures, _not_before
    with _lock:
        if outcome.verdict not in ("failed", "rate_limited"):
            _failures = 0
            return
        _failures = min(_failures + 1, 16)
        _not_before = time.monotonic() + min(max(wait_s, 2.0 ** (_failures - 1)), _LONGEST_WAIT_S)


def _finish(outcome: Outcome) -> Outcome:
    settings = _settings
    if settings is not None and settings.strict and outcome.verdict in ("invalid", "failed"):
        raise TrackingError(outcome.verdict + ": " + outcome.reason)
    return outcome


def _no_answer() -> Outcome:
    outcome = Outcome("failed", "no answer in time")
    _remember(outcome, 0.0)
    return outcome


def _timeout_s() -> float:
    return 0.0 if _settings is None else _settings.timeout_s
)py";

}  // namespace waymark::plan
