"""Times a program whose collector's name server never answers: hanging_name.py RESOLV_CONF RUNS PROGRAM ARGUMENT...

Runs in mounts and a network of its own (unshare --map-root-user --mount --net). Prints as JSON the milliseconds of RUNS
runs with telemetry off and on, by turns, and how often a name was asked for.
"""

import fcntl
import json
import os
import socket
import struct
import subprocess
import sys
import threading
import time

SIOCSIFFLAGS = 0x8914
IFF_UP_RUNNING = 0x41

resolv_conf, runs, command = sys.argv[1], int(sys.argv[2]), sys.argv[3:]

asked = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
fcntl.ioctl(asked, SIOCSIFFLAGS, struct.pack("16sh", b"lo", IFF_UP_RUNNING))
asked.bind(("127.0.0.1", 53))
with open(resolv_conf, "w", encoding="ascii") as file:
    file.write("nameserver 127.0.0.1\noptions timeout:5 attempts:5\n")
subprocess.run(["mount", "--bind", resolv_conf, "/etc/resolv.conf"], check=True)

queries = 0


def count() -> None:
    global queries
    while asked.recv(512):
        queries += 1


threading.Thread(target=count, daemon=True).start()


def run_ms(more: dict[str, str]) -> float:
    began = time.monotonic()
    subprocess.run(command, env={**os.environ, **more}, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
    return (time.monotonic() - began) * 1000


times: dict[str, list[float]] = {"off": [], "on": []}
for _ in range(runs):
    times["off"].append(run_ms({"DO_NOT_TRACK": "1"}))
    times["on"].append(run_ms({}))
print(json.dumps({**times, "queries": queries}))
