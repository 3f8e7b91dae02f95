"""Servers that mean harm: the program must give up in time, with the exit code that says so, in little memory."""

from __future__ import annotations

import os

from cases import environment, papers
from processes import cost

SECONDS, MIB, UNREACHABLE = 31.0, 150.0, 6  # the deadline of a request and a second; exit code 6 is "not data"
BODIES = {"bomb": "a gzip body that unpacks to 1 GiB", "trickle": "a body that trickles, a byte every 0.25 s"}


def hostile(folder: str, addresses: dict[str, str]) -> list[str]:
    """Ask each and print a table; what is over its limit."""
    over = []
    print("| a server that sends | ended after | exit code | peak memory | at most |\n|---|---:|---:|---:|---|")
    for name, what in BODIES.items():
        environ = {**environment(folder, addresses[name]), "PAPERCLI_HOME": os.path.join(folder, name)}
        spent = cost(papers("today"), environ)
        limits = f"{SECONDS:.0f} s, exit code {UNREACHABLE}, {MIB:.0f} MiB"
        print(f"| {what} | {spent.wall:.1f} s | {spent.code} | {spent.peak:.0f} MiB | {limits} |")
        if spent.wall > SECONDS or spent.code != UNREACHABLE or spent.peak > MIB:
            over.append(what)
    return over
