"""Popularity over time: papers and upvotes period by period as bars, and the keywords that rose or fell."""

from __future__ import annotations

import json

from papercli.dates import short
from papercli.render.layout import Line, Span, cells, cut, heading, joined, padded, shorten, width, written
from papercli.render.sparkline import bar, gathered, sparkline

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from papercli.library.trends import Keyword, Period, Trends
    from papercli.render import View

GAP = 2
LONGEST_BAR = 40
LEAST_BAR = 4
KEYWORD = 34
LEAST_KEYWORD = 12
SPARK = 24
SHOWN = 8  # keywords of either kind
WIDE = 120


def chart(trends: Trends, by: str, view: View) -> str:
    """The caption, a bar for each period, and keywords with a sparkline each; in words for a screen reader."""
    if view.plain:
        return _words(trends, by, view)
    lines = [*heading(view), *_bars(trends.periods, by, view)]
    if trends.periods:
        lines += [(), *_keywords(trends, by, view)]
    return written((cut(line, view.width) for line in lines), view)


def tsv(trends: Trends) -> str:
    """`period, papers, upvotes`, a period a line, oldest first."""
    return "".join(f"{period.name}\t{period.papers}\t{period.upvotes}\n" for period in trends.periods)


def data(trends: Trends, by: str) -> str:
    """One JSON object with all the numbers: days YYYY-MM-DD, shares from 0 to 1."""
    split = len(trends.periods) - trends.recent
    windows = {"before": (trends.periods[:split], trends.keyworded[:split]),
               "after": (trends.periods[split:], trends.keyworded[split:])}  # fmt: skip
    keywords: dict[str, Any] = {
        name: {"first": str(periods[0].first), "last": str(periods[-1].last), "papers": sum(papers)}
        for name, (periods, papers) in windows.items()
        if trends.recent
    }
    keywords |= {"rose": [_keyword(word) for word in trends.rose], "fell": [_keyword(word) for word in trends.fell]}
    periods = [
        {
            "period": each.name, "first": str(each.first), "last": str(each.last), "listings": each.listings,
            "papers": each.papers, "upvotes": each.upvotes, "comments": each.comments,
        }
        for each in trends.periods
    ]  # fmt: skip
    return json.dumps({"by": by, "periods": periods, "keywords": keywords}, ensure_ascii=False, indent=1) + "\n"


def _keyword(word: Keyword) -> dict[str, Any]:
    before, after = round(word.before, 6), round(word.after, 6)
    return {"keyword": word.keyword, "before": before, "after": after, "papers": list(word.papers)}


def _bars(periods: Sequence[Period], by: str, view: View) -> list[Line]:
    """A header, and for each period its name, its first day, and how many papers and upvotes, with a bar each. In a
    narrow terminal without the day, in a very narrow one without bars."""
    if not periods:
        return []
    columns = [("papers", [each.papers for each in periods], "link")]
    columns += [("upvotes", [each.upvotes for each in periods], "votes")]
    names: list[Line] = [(Span(by, "head"),), *((Span(each.name),) for each in periods)]
    days: list[Line] = [(Span("  from", "head"),), *((Span(f"{short(each.first):>6}", "dim"),) for each in periods)]
    digits = [max(len(f"{max(counts):,}"), len(name)) for name, counts, _ in columns]
    left = view.width - cells(periods[0].name) - sum(digits) - 2 * GAP
    has_days = by == "week" and (left - 6 - GAP) // 2 > LEAST_BAR
    room = min(LONGEST_BAR, (left - (6 + GAP) * has_days) // 2 - 1)
    parts = [names, days] if has_days else [names]
    for (name, counts, style), wide in zip(columns, digits, strict=True):
        parts.append([(Span(f"{name:>{wide}}", "head"),), *((Span(f"{count:>{wide},}"),) for count in counts)])
        if room >= LEAST_BAR:
            most = max(counts)
            drawn: list[Line] = [(Span(bar(count, most, room, unicode=view.unicode), style),) for count in counts]
            parts[-1] = [
                (*number, Span(" "), *padded(line, room)) for number, line in zip(parts[-1], [(), *drawn], strict=True)
            ]
    even = [*map(_even, parts[:-1]), parts[-1]]
    return [joined(line, " " * GAP) for line in zip(*even, strict=True)]


def _even(lines: list[Line]) -> list[Line]:
    """The lines, all as wide as the widest."""
    widest = max(map(width, lines))
    return [padded(line, widest) for line in lines]


def _keywords(trends: Trends, by: str, view: View) -> list[Line]:
    """Those that rose and those that fell, beside each other where there is room."""
    if why := _nothing(trends, by):
        return [(Span(why, "dim"),)]
    since = short(trends.periods[len(trends.periods) - trends.recent].first)
    beside = view.width >= WIDE and trends.rose and trends.fell
    room = min((view.width - 2 * GAP) // 2 if beside else view.width, KEYWORD + SPARK + 24)
    rose = _table("Rose", f"share of papers, before → since {since}", trends.rose, trends, "votes", room, view)
    fell = _table("Fell", f"share of papers, before → since {since}", trends.fell, trends, "star", room, view)
    if not beside:
        return [*rose, *([()] if rose and fell else []), *fell]
    height = max(len(rose), len(fell))
    pairs = zip(rose + [()] * (height - len(rose)), fell + [()] * (height - len(fell)), strict=True)
    return [(*padded(left, room + 2 * GAP), *right) for left, right in pairs]


def _table(
    title: str, about: str, words: Sequence[Keyword], trends: Trends, style: str, room: int, view: View
) -> list[Line]:
    if not words:
        return []
    shown = words[:SHOWN]
    arrow = "→" if view.unicode else "->"
    lines: list[Line] = [cut((Span(title, "head"), Span(f"  {about.replace('→', arrow)}", "dim")), room)]
    changes = [f"{_percent(word.before):>5} {arrow} {_percent(word.after):>5}" for word in shown]
    left = room - 2 * GAP - max(map(cells, changes))
    spark_room = min(SPARK, len(trends.periods))
    spark_room = spark_room if left - GAP - spark_room >= LEAST_KEYWORD else 0
    name_room = min(KEYWORD, left - (spark_room + GAP) * bool(spark_room))
    for word, change in zip(shown, changes, strict=True):
        parts: list[Line] = [padded((Span(shorten(word.keyword, name_room)),), name_room)]
        if spark_room:
            parts.append((Span(_spark(word, trends, spark_room, view), style),))
        lines.append((Span(" " * GAP), *joined([*parts, (Span(change),)], " " * GAP)))
    return lines


def _spark(word: Keyword, trends: Trends, room: int, view: View) -> str:
    """The keyword's share, period by period."""
    had, of = gathered(word.papers, room), gathered(trends.keyworded, room)
    shares = [many / papers if papers else 0.0 for many, papers in zip(had, of, strict=True)]
    return sparkline(shares, unicode=view.unicode).ljust(room)


def _percent(share: float) -> str:
    return f"{100 * share:.1f}%"


def _nothing(trends: Trends, by: str) -> str:
    """Why no keyword is named; "" where one is."""
    if trends.rose or trends.fell:
        return ""
    if len(trends.periods) < 2:
        return f"One {by} has nothing to be compared with."
    if not trends.recent:
        return "There are no keywords to compare."
    return "No keyword rose or fell by more than chance."


def _words(trends: Trends, by: str, view: View) -> str:
    lines = [part.replace(" · ", ", ") for part in view.caption if part]
    lines += [
        f"{each.name}, {short(each.first)} to {short(each.last)}: {each.papers:,} papers, {each.upvotes:,} upvotes"
        for each in trends.periods
    ]
    for way, words in (("Rose", trends.rose), ("Fell", trends.fell)):
        lines += [
            f"{way}: {w.keyword}, from {_percent(w.before)} to {_percent(w.after)} of papers" for w in words[:SHOWN]
        ]
    if trends.periods and (why := _nothing(trends, by)):
        lines.append(why)
    return "".join(f"{line}\n" for line in lines)
