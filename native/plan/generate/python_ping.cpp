#include "native/plan/generate/python_client.hpp"

namespace waymark::plan {

const std::string_view python_ping_module =
    R"py("""Anonymous counts: that an action was used, and nothing about who used it. Python 3.9 or newer, the standard library.

    import sys, ping

    ping.init(endpoint="https://collect.example.com", version="1.2.0")
    notice = ping.first_run_notice()  # empty but for the first run
    if notice:
        print(notice, file=sys.stderr)
    ping.ping(...)

A ping carries the tool, the action, the version, the operating system, a count and a duration: no id, no address, no
text of the user. The first run sends nothing, so that one can switch it off before. Nothing is ever sent when
DO_NOT_TRACK is set, when {{variable}} is 0, or where CI runs. Pings run in the background; at its end the program waits
EXIT_WAIT_S seconds at most for those under way. Nothing is raised or printed.
"""

{{origin}}
import atexit
import ipaddress
import os
import sys
import threading
import time
from typing import List, Literal, Optional
from urllib.parse import urlencode, urlsplit

EXIT_WAIT_S = 0.1
TIMEOUT_S = 1.0
PINGS_PER_RUN = 20  # those beyond are left out

Event = Literal[
{{events}}]

_TOOL = {{tool}}
_NOTICE = {{notice}}
_CI_VARIABLES = ({{ci_variables}})

_url = ""  # empty: nothing is sent
_query = {"t": _TOOL}
_may_show_notice = False
_threads: List[threading.Thread] = []


def init(*, endpoint: str, version: str = "", enabled: bool = True, notice_shown: bool = False) -> None:
    """Says where pings go. Call it once, first.

    endpoint: the collector's base URL: https, or http on this machine. The collector must know the tool by --tool.
    version: the tool's own version; letters, digits and . _ - + of it are sent, 32 at most.
    notice_shown: True for a tool that tells its users before it is run, in its installer for example.
    """
    global _url, _query, _may_show_notice
    _url = ""
    _may_show_notice = False
    if not enabled or why_off() or not _is_good(endpoint):
        return
    kept = "".join(c for c in version if c.isascii() and (c.isalnum() or c in "._-+"))[:32]
    names = {"darwin": "macos", "win32": "windows"}
    _query = {"t": _TOOL, "v": kept, "os": names.get(sys.platform, sys.platform)[:32]}
    if notice_shown or os.path.exists(_notice_file()):
        _url = endpoint.rstrip("/") + "/t"
    else:
        _may_show_notice = True


def first_run_notice() -> str:
    """What to tell the user, once for each user of a machine; else nothing. In the run that shows it nothing is sent.

    That it was shown is remembered by an empty file in the user's configuration directory.
    """
    global _may_show_notice
    if not _may_show_notice:
        return ""
    _may_show_notice = False
    try:
        os.makedirs(os.path.dirname(_notice_file()), exist_ok=True)
        with open(_notice_file(), "x", encoding="ascii"):
            pass
    except OSError:
        pass  # it is shown again, and nothing is sent until it can be remembered
    return _NOTICE


def ping(event: Event, *, count: Optional[int] = None, duration_ms: Optional[int] = None) -> bool:
    """Counts that `event` was used, in the background. Returns whether a ping was begun."""
    try:
        if not _url or len(_threads) >= PINGS_PER_RUN:
            return False
        query = dict(_query, e=event)
        if count is not None:
            query["n"] = str(int(count))
        if duration_ms is not None:
            query["ms"] = str(int(duration_ms))
        thread = threading.Thread(target=_send, args=(_url + "?" + urlencode(query),), daemon=True)
        thread.start()
        if not _threads:
            atexit.register(_wait_at_exit)
        _threads.append(thread)
        return True
    except Exception:
        return False


def why_off() -> str:
    """The variable that forbids pings, or nothing."""
    white_space = " \t\n\r\f\v"
    if os.environ.get("DO_NOT_TRACK", "").strip(white_space).lower() not in ({{no_signal}}):
        return "DO_NOT_TRACK"
    if os.environ.get({{variable_literal}}, "").strip(white_space).lower() in ({{off_words}}):
        return {{variable_literal}}
    if os.environ.get("CI") == "false":
        return ""
    return next((name for name in _CI_VARIABLES if os.environ.get(name)), "")


def _is_good(endpoint: str) -> bool:
    try:
        url = urlsplit(endpoint)
        host = url.hostname or ""
        if url.scheme == "https":
            return host != ""
        return url.scheme == "http" and (host == "localhost" or ipaddress.ip_address(host).is_loopback)
    except (TypeError, ValueError, AttributeError):
        return False


def _notice_file() -> str:
    base = os.environ.get("APPDATA") if sys.platform == "win32" else os.environ.get("XDG_CONFIG_HOME")
    if not base or not os.path.isabs(base):
        base = os.path.join(os.path.expanduser("~"), ".config")
    return os.path.join(base, _TOOL, "telemetry-notice")


def _send(url: str) -> None:
    try:
        import http.client  # here, since it takes longer than all the rest

        parts = urlsplit(url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT_S)
        connection.request("GET", parts.path + "?" + parts.query)
        connection.getresponse()
        connection.close()
    except Exception:
        pass  # a ping that fails is a count that is missing, and no one's trouble


def _wait_at_exit() -> None:
    deadline = time.monotonic() + EXIT_WAIT_S
    for thread in _threads:
        thread.join(max(0.0, deadline - time.monotonic()))
)py";

}  // namespace waymark::plan
