"""Telemetry for Python programs through libwaymark.so: waymark.h, called by ctypes. The standard library alone."""

from __future__ import annotations

import ctypes
import ctypes.util
import json
import os
from types import TracebackType
from typing import Mapping, Optional, Type, Union

Value = Union[None, bool, int, float, str, list, dict]

QUEUED, QUEUE_FULL, DISABLED = range(3)
UNKNOWN, GRANTED, DENIED = range(3)

_MOST_MS = 2**31 - 1


class _Config(ctypes.Structure):
    """waymark_config up to the member that this module sets last: `size` tells the library where it ends."""

    _fields_ = [
        ("size", ctypes.c_size_t),
        ("tool", ctypes.c_char_p),
        ("version", ctypes.c_char_p),
        ("endpoint", ctypes.c_char_p),
        ("write_key", ctypes.c_char_p),
        ("profile", ctypes.c_int32),
        ("consent", ctypes.c_int32),
        ("data_directory", ctypes.c_char_p),
    ]


class Flushed(ctypes.Structure):
    is_done: bool
    acknowledged: int
    given_up: int
    waiting: int
    _fields_ = [
        ("is_done", ctypes.c_bool),
        ("acknowledged", ctypes.c_uint64),
        ("given_up", ctypes.c_uint64),
        ("waiting", ctypes.c_uint64),
    ]


def _load() -> ctypes.CDLL:
    name = os.environ.get("WAYMARK_LIBRARY") or ctypes.util.find_library("waymark") or "libwaymark.so.0"
    library = ctypes.CDLL(name)
    handle, text, size = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t
    for function, result, arguments in [
        ("telemetry_open", handle, [ctypes.POINTER(_Config)]),
        ("telemetry_close", None, [handle]),
        ("track_json", ctypes.c_int, [handle, text, text, text]),
        ("record", ctypes.c_int, [handle, text, ctypes.c_double]),
        ("flush", Flushed, [handle, ctypes.c_int32]),
        ("status", ctypes.c_int, [handle]),
        ("status_detail", size, [handle, ctypes.c_char_p, size]),
        ("explain", size, [handle, text, ctypes.c_char_p, size]),
        ("notice", size, [handle, ctypes.c_int, ctypes.c_char_p, size]),
        ("consent", ctypes.c_int, [handle, text]),
        ("answer", ctypes.c_bool, [handle, ctypes.c_int]),
    ]:
        bound = getattr(library, "waymark_" + function)
        bound.restype = result
        bound.argtypes = arguments
    return library


class Telemetry:
    """One object for a program; close it, or use it in `with`, so that what waits is sent or kept.

    Nothing is raised but for a library that is not there: `status_detail` says what is wrong with the arguments here.
    What is no text, no number or no JSON elsewhere is not tracked, recorded or answered.
    """

    def __init__(
        self, *, tool: str, version: str, endpoint: str, write_key: str, full_profile: bool = False, data_directory: str = ""
    ) -> None:
        self._library = _load()
        self._handle: Optional[int] = None
        self._problem = ""
        try:
            config = _Config(
                ctypes.sizeof(_Config),
                tool.encode(),
                version.encode(),
                endpoint.encode(),
                write_key.encode(),
                1 if full_profile else 0,
                0,
                data_directory.encode(),
            )
        except Exception as error:
            self._problem = f"the configuration has what is no text: {error}"
            return
        self._handle = self._library.waymark_telemetry_open(ctypes.byref(config))

    def track(self, event: str, properties: Optional[Mapping[str, Value]] = None, purpose: str = "") -> int:
        """QUEUED, QUEUE_FULL or DISABLED. Never blocks."""
        try:
            text = json.dumps(properties or {}, allow_nan=False)
            return int(self._library.waymark_track_json(self._handle, event.encode(), text.encode(), purpose.encode()))
        except Exception:  # whatever values raise that are looked into
            return DISABLED

    def record(self, metric: str, value: float) -> int:
        """QUEUED, QUEUE_FULL or DISABLED. Never blocks."""
        try:
            return int(self._library.waymark_record(self._handle, metric.encode(), value))
        except Exception:
            return DISABLED

    def flush(self, timeout_s: float) -> Flushed:
        """Sends what waits; blocks until that is done or the time, 24 days at most, is over."""
        try:
            timeout_ms = int(min(max(timeout_s * 1000, 0), _MOST_MS))
        except Exception:
            timeout_ms = 0
        result: Flushed = self._library.waymark_flush(self._handle, timeout_ms)
        return result

    @property
    def is_on(self) -> bool:
        return bool(self._library.waymark_status(self._handle) == 0)

    @property
    def status_detail(self) -> str:
        return self._problem or self._text("status_detail")

    def explain(self, purpose: str = "analytics") -> str:
        try:
            return self._text("explain", purpose.encode())
        except Exception:
            return ""

    @property
    def notice(self) -> str:
        """What the person is to be shown before `answer`."""
        return self._text("notice", 1)

    def consent(self, purpose: str = "analytics") -> int:
        """UNKNOWN, GRANTED or DENIED."""
        try:
            return int(self._library.waymark_consent(self._handle, purpose.encode()))
        except Exception:
            return DENIED

    def answer(self, is_granted: bool) -> bool:
        """What the person said. False if it could not be recorded."""
        return bool(self._library.waymark_answer(self._handle, GRANTED if is_granted else DENIED))

    def close(self) -> None:
        if self._handle is not None:
            self._library.waymark_telemetry_close(self._handle)
            self._handle = None

    def __enter__(self) -> Telemetry:
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self.close()

    def _text(self, function: str, *arguments: Union[bytes, int]) -> str:
        bound = getattr(self._library, "waymark_" + function)
        length = bound(self._handle, *arguments, None, 0)
        buffer = ctypes.create_string_buffer(length + 1)
        bound(self._handle, *arguments, buffer, length + 1)
        return buffer.value.decode(errors="replace")
