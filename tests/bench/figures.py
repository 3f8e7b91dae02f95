"""From what every run cost to a table in Markdown, and which figures are over their limits."""

from __future__ import annotations

from typing import NamedTuple

from cases import PEER, PYTHON, Case, Limits
from processes import Cost, median


class Figures(NamedTuple):
    """What a case takes. CPU time in seconds, against a bare Python's and the peer's (0: not measured); MiB."""

    cpu: float
    times: float
    share: float
    peak: float


def figures(costs: dict[str, list[Cost]]) -> dict[str, Figures]:
    """By what was run: medians of CPU time, and the greatest of the peaks."""
    cpu = {what: median([spent.cpu for spent in runs]) for what, runs in costs.items()}
    peer = cpu.get(PEER)
    return {
        what: Figures(cpu[what], cpu[what] / cpu[PYTHON], cpu[what] / peer if peer else 0.0, _peak(runs))
        for what, runs in costs.items()
    }


def _peak(runs: list[Cost]) -> float:
    return max(spent.peak for spent in runs)


def table(measured: list[Case], found: dict[str, Figures], floor: float) -> str:
    """In Markdown. Of a peak that is not above `floor`, only that much can be said."""
    lines = [f"| what | CPU time | × {PYTHON} | of {PEER} | peak memory | at most |", "|---|---:|---:|---:|---:|---|"]
    for case in measured:
        cpu, times, share, peak = found[case.what]
        held = f"{peak:.0f} MiB" if peak > floor else f"≤ {floor:.0f} MiB"
        of_peer = f"{share:.2f}" if share else "-"
        lines.append(
            f"| {case.what} | {cpu * 1000:.0f} ms | {times:.1f} | {of_peer} | {held} | {_spoken(case.limits)} |"
        )
    return "\n".join(lines) + "\n"


def over(measured: list[Case], found: dict[str, Figures]) -> list[str]:
    """A clause for every figure that is over its limit."""
    return [
        f"{case.what}: {getattr(found[case.what], name):.2f} is over {most:g} ({name})"
        for case in measured
        for name, most in case.limits._asdict().items()
        if most and getattr(found[case.what], name) > most
    ]


def _spoken(limits: Limits) -> str:
    times = f"{limits.times:g} × Python" if limits.times else ""
    share = f"{limits.share:.2f} of the peer" if limits.share else ""
    return ", ".join(filter(None, [times, share, f"{limits.peak:g} MiB" if limits.peak else ""]))
