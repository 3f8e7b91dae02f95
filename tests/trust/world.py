"""What suites about disks and processes share: a hub whose feed moves on, a home that is lived in, and what a library
holds, read with a hand of our own."""

from __future__ import annotations

import copy
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from arxiv_hub import ArxivHub
from hub import Hub, sample_days

from .nest import Nest

NOWHERE = "http://127.0.0.1:9"
STARRED = ("2607.99013", "2607.99001", "2607.99002")


def environ(hub: Hub | None, arxiv: ArxivHub | None, folder: Path) -> dict[str, str]:
    """An environment in which nothing of this machine's user shows, and no server but a loopback one is asked."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return {
        **kept, "HOME": str(folder), "LANG": "C.UTF-8", "TERM": "xterm-256color", "EDITOR": "true", "BROWSER": "true",
        "HF_ENDPOINT": hub.url if hub else NOWHERE, "PAPERCLI_ARXIV_ENDPOINT": arxiv.url if arxiv else NOWHERE,
        "PAPERCLI_ARXIV_RSS": NOWHERE, "PAPERCLI_HOME": str(folder / "home"), "PAGER": "cat",
    }  # fmt: skip


@contextmanager
def world() -> Iterator[tuple[Nest, Hub, Path]]:
    """A nest, its hub, and a folder that goes with it."""
    hub, arxiv = Hub(sample_days()), ArxivHub([])
    with Nest({}) as nest:
        nest.environ |= environ(hub, arxiv, nest.folder)
        yield nest, hub, nest.folder
    hub.stop()
    arxiv.stop()


def lived_in(nest: Nest, home: Path) -> None:
    """A home with listings, marks, settings and topics."""
    for words in (
        ("sync", "--since", "2026-06-20"), ("today",), ("trending",), ("new",),
        *(("star", id) for id in STARRED), ("later", "2607.99003"), ("mark", "--read", "2607.99004"),
        ("tag", "2607.99013", "--add", "thesis"), ("note", "2607.99001", "-m", "first words"),
        ("config", "set", "listing.limit", "40"), ("follow", "add", "agents", "agent*"), ("hide", "2607.99005"),
    ):  # fmt: skip
        done = nest.run(*words, home=home)
        assert done.code == 0, (words, done)


def moved_on(hub: Hub, many: int = 60) -> None:
    """More votes, and one day of `many` more papers."""
    days = copy.deepcopy(hub.days)
    newest = max(days)
    row = days[newest][0]
    more = [{**row, "paper": {**row["paper"], "id": f"2607.{number}"}} for number in range(98000, 98000 + many)]
    for rows in days.values():
        for each in rows:
            each["paper"]["upvotes"] = (each["paper"].get("upvotes") or 0) + 3
    hub.days = {**days, newest: days[newest] + more}


def copied(template: Path, home: Path) -> Path:
    """The home as the template is, and nothing else in it."""
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(template, home)
    return home


OWN = {
    "mark": "SELECT id, seen IS NULL, read IS NULL, starred IS NULL, later IS NULL, hidden IS NULL FROM mark",
    "tag": "SELECT id, name FROM tag", "note": "SELECT id, words FROM note", "looked": "SELECT name FROM looked",
    "undo": "SELECT number, by, undone <> 0 FROM undo",
}  # fmt: skip


def holds(home: Path) -> dict[str, object]:
    """What the home holds, without its times: what is the reader's own, each day's listing, the two files. Raises
    sqlite3.Error for a library that is not sound, ValueError for indexes that do not fit."""
    found: dict[str, object] = {}
    for name in ("config.toml", "topics.toml"):
        path = home / "config" / name
        found[name] = path.read_bytes() if path.exists() else None
    path = home / "data" / "library.db"
    if not path.exists() or not path.stat().st_size:
        return found
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        sound(db)
        if not db.execute("SELECT 1 FROM sqlite_schema").fetchone():
            return found
        found["own"] = {name: sorted(db.execute(sql)) for name, sql in OWN.items()}
        rows = "SELECT p.id, l.rank, l.upvotes FROM listed l JOIN paper p ON p.number = l.paper WHERE day = ?"
        for day, whole in db.execute("SELECT day, whole FROM listing WHERE source = 'hf' ORDER BY day").fetchall():
            found[f"day {day}"] = (whole, sorted(db.execute(rows, [day])))
        found["trending"] = list(db.execute("SELECT place, paper FROM trending ORDER BY place"))
        found["papers"] = db.execute("SELECT count(*) FROM paper WHERE id LIKE '24%'").fetchone()
    return found


def sound(db: sqlite3.Connection) -> None:
    """Raise sqlite3.Error or ValueError unless pages, checksums and word indexes are right."""
    if (said := db.execute("PRAGMA integrity_check").fetchone()) != ("ok",):
        raise ValueError(f"integrity_check: {said[0]}")
    for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE name IN ('words', 'spelt')").fetchall():
        db.execute("BEGIN")
        db.execute(f"INSERT INTO {name} ({name}, rank) VALUES ('integrity-check', 1)")
        db.execute("ROLLBACK")


def files(home: Path) -> set[str]:
    """Every file below the home."""
    return {str(path.relative_to(home)) for path in home.rglob("*") if not path.is_dir()}


def snapshot_of(many: int, path: Path) -> Path:
    """A made-up piece of arXiv's snapshot."""
    row = {
        "submitter": "Ada Example", "title": "Sparse matters", "comments": None, "doi": None, "license": None,
        "categories": "cs.CL cs.LG", "abstract": "We prove it.", "update_date": "2024-03-04",
        "versions": [{"version": "v1", "created": "Fri, 1 Mar 2024 19:18:42 GMT"}],
        "authors_parsed": [["Example", "Ada", ""]], "authors": "Ada Example",
    }  # fmt: skip
    lines = (json.dumps({"id": f"2403.{number:05}", **row}) for number in range(1, many + 1))
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def own_lines(many: int, path: Path) -> Path:
    """A made-up export of marks, with a topic."""
    rows = [{"id": f"2401.{number:05}", "starred": "2026-07-01T10:00:00Z"} for number in range(1, many + 1)]
    head = [{"papercli": "library", "version": 1}]
    lines = [*head, *rows, {"follow": "video", "query": "video"}]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path
