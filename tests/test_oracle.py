"""Random queries over random libraries, against a reference in plain Python that knows nothing of SQL.

Only the tokens and English stems come from SQLite's tokenizers; phrases, beginnings, columns, fields, numbers, days,
marks, tags, signs, what is hidden or muted, order and limit are worked out here by hand. A query is made as text
together with what it means, so the parser is held to it too.

    python -m tests.trust --suite queries                   the run itself
"""

from __future__ import annotations

import random
import sqlite3
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

from papercli.dates import when
from papercli.grammar import parse
from papercli.library import Library, Listing, find
from papercli.numbers import numbered
from papercli.paper import Paper
from papercli.query import HAS, SHOWN, SORTS, Query

TOLD = 1_785_585_600  # seconds since 1970; any time will do
FIRST = date(2026, 6, 22)
DAYS = [FIRST + timedelta(days) for days in range(10)]
ARXIV = "arxiv:cs.CL"

# Words: what a blank separates. Stems collide, accents and case fold, tokenizers cut.
_WORDS = """
    transform transformer transformers Transformed robot robots robotics ROBOTIC model models modeling the The
    of state state-of-the-art art naïve naive Naïvely résumé resume Straße strasse Łódź Lodz Ångström angstrom É
    e GPT GPT-4 gpt4 4 4.5 71.3% don't don’t under_score _x_ R&D a/b (x) f(x) x=y cafe\u0301 İstanbul ﬁne fine ①
    ² ٣ ｆｕｌｌ हिन्दी нейрон Нейроны 🤗transformers 🚀robot near NEAR and not AND title:x universal university
    universe generating generation generative C C++ c++. F# g++ 20+
"""
_SIGNS = "🚀 🤗 👩🏽\u200d🚀 → ∑ == + | 模型 模型压缩 压缩 BERT模型 ภาษาไทย ภาษา 한국어 한국 モデル ∀x模"
WORDS, SIGNS = _WORDS.split(), _SIGNS.split()
ALL_WORDS = [*WORDS, *WORDS, *SIGNS]
AUTHORS = (
    "Ada Example", "Zoë Ångström", "O'Brien, P. \"Q\"", "Li Wei", "李 伟", "Back\\slash", "van der Berg", "X", "Ada",
)  # fmt: skip
COUNTS = ("upvotes", "comments", "stars")
CATEGORIES = ("cs.CL", "cs.LG", "stat.ML", "hep-th", "math.OC", "cs.clx")
ORGS = (("example-lab", "Example Lab"), ("näme", "Größe & Co"), ("x", ""), ("", "Only a Name"), ("", ""))
LOGINS = ("ada", "Änne", "x", "")
TAGS = ("thesis", "Thèse", "to read", "x")
TO_BE_READ = ("read", "seen", "starred", "later", "hidden")

Row = dict[str, Any]
Holds = Callable[[Row], bool]


# The tokens


class Tokens:
    """What SQLite's tokenizers make of a text: the words of a query and of a paper alike."""

    KINDS = {"stem": "porter unicode61 remove_diacritics 2", "spelt": "unicode61 remove_diacritics 2"}  # noqa: RUF012

    def __init__(self) -> None:
        self._db = sqlite3.connect(":memory:", isolation_level=None)
        for kind, tokenizer in self.KINDS.items():
            self._db.execute(f"CREATE VIRTUAL TABLE {kind} USING fts5 (x, tokenize='{tokenizer}')")
            self._db.execute(f"CREATE VIRTUAL TABLE {kind}_v USING fts5vocab ({kind}, instance)")
        self._known: dict[tuple[str, str], list[str]] = {}

    def __call__(self, kind: str, text: str) -> list[str]:
        return [token for piece in text.split() for token in self._of(kind, piece)]

    def _of(self, kind: str, piece: str) -> list[str]:
        if (kind, piece) not in self._known:
            self._db.execute(f"DELETE FROM {kind}")
            self._db.execute(f"INSERT INTO {kind} VALUES (?)", [piece])
            rows = self._db.execute(f"SELECT term FROM {kind}_v ORDER BY offset").fetchall()
            self._known[kind, piece] = [term for (term,) in rows]
        return self._known[kind, piece]


TOKENS = Tokens()
COLUMNS = {"title": "title", "abs": "abstract", "kw": "keywords"}


def stand(row: Row, wanted: str, how: str, column: str) -> bool:
    """Whether the words stand next to each other in a column."""
    kind = "stem" if how == "stem" else "spelt"
    sought = TOKENS(kind, wanted)
    if not sought:
        return False
    for name in [COLUMNS[column]] if column else COLUMNS.values():
        there = row["tokens"][kind, name]
        for start in range(len(there) - len(sought) + 1):
            here = there[start : start + len(sought)]
            begins = how == "prefix" and here[:-1] == sought[:-1] and here[-1].startswith(sought[-1])
            if here == sought or begins:
                return True
    return False


def lower(text: str) -> str:
    return "".join(letter.lower() if letter.isascii() else letter for letter in text)


def written(row: Row, text: str, column: str) -> bool:
    """Whether the characters stand somewhere, in ASCII's upper or lower case."""
    parts = {"title": [row["title"]], "abstract": [row["abstract"]], "keywords": row["keywords"]}
    names = [COLUMNS[column]] if column else list(parts)
    return any(lower(text) in lower(part) for name in names for part in parts[name])


def plain(text: str | None) -> str:
    """Without case and accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", (text or "").casefold()) if not unicodedata.combining(c))


# A library


def flip(db: sqlite3.Connection, id: str) -> None:
    db.execute("UPDATE mark SET checksum = checksum + 1 WHERE id = ?", [id])


class World:
    """Papers, listings and marks as plain rows, and the same told to a library."""

    def __init__(self, chance: random.Random) -> None:
        self.chance, self.library = chance, Library(":memory:")
        self.papers: dict[str, Row] = {}
        self.listed: dict[tuple[str, str], dict[str, Row]] = {}  # (day, source) -> id -> its row there
        self.trending: list[str] = []
        self._at = TOLD
        for number in range(chance.choice((1, 4, 10, 20, 30))):
            self._paper(f"{chance.choice((2605, 2606, 2607))}.{number * 7 + 1:05}")
        self._tell()
        self._mark()

    def _paper(self, id: str) -> None:
        chance = self.chance
        org = chance.choice(ORGS)
        fact = {name: chance.choice((f"https://example.org/{name}", "")) for name in ("code", "project", "ai_summary")}
        row = {
            "id": id, "title": self._text(1, 6) or "x", "abstract": self._text(0, 14),
            "keywords": tuple(text for _ in range(chance.choice((0, 0, 1, 3))) if (text := self._text(1, 2))),
            "authors": tuple(chance.sample(AUTHORS, chance.choice((0, 1, 2, 4)))),
            "categories": tuple(chance.sample(CATEGORIES, chance.choice((0, 1, 2)))),
            "organization": org[0], "organization_name": org[1], **fact,
            "media": chance.choice(((), ("https://example.org/m.png",))),
            "published": chance.choice((None, FIRST + timedelta(chance.randrange(-9, 12)))),
        }  # fmt: skip
        row["tokens"] = {
            (kind, name): TOKENS(kind, " ".join(row[name]) if name == "keywords" else row[name])
            for kind in TOKENS.KINDS for name in COLUMNS.values()
        }  # fmt: skip
        empty = {"upvotes": None, "comments": None, "stars": None, "submitter": ""}
        self.papers[id] = {**row, **empty, "sources": set(), "marks": set(), "tags": set()}

    def _text(self, least: int, most: int) -> str:
        words = (self.chance.choice(ALL_WORDS) for _ in range(self.chance.randint(least, most)))
        return unicodedata.normalize("NFC", " ".join(words))

    def _counts(self) -> Row:
        few = self.chance.choice
        return {"upvotes": few((None, 0, 1, 5, 5, 20, 21)), "comments": few((None, 0, 2, 7)),
                "stars": few((None, None, 0, 100, 2_000)), "submitter": few(LOGINS)}  # fmt: skip

    def _said(self, id: str, counts: Row, source: str, **more: Any) -> Paper:
        """The paper as a source tells of it; what it says last is what is known of a paper that is not listed."""
        paper = self.papers[id]
        paper["sources"].add(source.partition(":")[0])
        paper |= {name: value for name, value in counts.items() if value not in (None, "")}
        facts = ("title", "abstract", "keywords", "authors", "categories", "organization", "organization_name", "code",
                 "project", "ai_summary", "media", "published")  # fmt: skip
        return Paper(id=id, **{name: paper[name] for name in facts}, **counts, **more)

    def _tell(self) -> None:
        """Days of Hugging Face's and of arXiv's, and single papers that are on no listing."""
        for day in DAYS:
            for source in ("hf", ARXIV):
                if self.chance.random() < 0.5:
                    self._listing(day, source)
        single = [id for id, paper in self.papers.items() if not paper["sources"] or self.chance.random() < 0.1]
        for id in single:
            source = self.chance.choice(("hf", "arxiv"))
            counts = self._counts() if source == "hf" else dict.fromkeys(COUNTS)
            self._at += 1
            self.library.remember_paper(self._said(id, counts, source), source=source, at=self._at)
        self.trending = self.chance.sample(list(self.papers), self.chance.randint(0, len(self.papers)))
        told = [self._said(id, {}, "hf") for id in self.trending]
        self.library.remember_trending(told, at=self._at)

    def _listing(self, day: date, source: str) -> None:
        ids = self.chance.sample(list(self.papers), min(len(self.papers), self.chance.randrange(8)))
        rows, told = {}, []
        for id in ids:
            counts = self._counts() if source == "hf" else dict.fromkeys(COUNTS)
            announce = "" if source == "hf" else self.chance.choice(("new", "cross", "replace"))
            rows[id] = {"submitter": "", **counts, "day": str(day), "source": source, "announce": announce or None}
            told.append(self._said(id, counts, source, announce=announce))
        has_votes = any(row["upvotes"] is not None for row in rows.values())
        votes = {id: -1 if row["upvotes"] is None else row["upvotes"] for id, row in rows.items()}
        by_votes = sorted(sorted(ids, reverse=True), key=votes.__getitem__, reverse=True)
        for place, id in enumerate(by_votes, start=1):
            rows[id]["rank"] = place if has_votes else None
        self.listed[str(day), source] = rows
        self._at += 1
        self.library.remember_listing(Listing(day, float(self._at)), told, source=source)

    def _mark(self) -> None:
        clock = TOLD * 1_000
        for id, paper in self.papers.items():
            marks = [name for name in TO_BE_READ if self.chance.random() < 0.25]
            tags = self.chance.sample(TAGS, self.chance.choice((0, 0, 1, 2)))
            changes = dict.fromkeys(marks, TOLD) | {f"tag:{name}": TOLD for name in tags}
            if not changes:
                continue
            self.library.marks.change([id], changes, by="cli", clock=clock, machine="here")
            paper["marks"], paper["tags"] = set(marks), set(tags)
            if marks and self.chance.random() < 0.1:  # a flipped bit: the row says nothing any more
                self.library.write(partial(flip, id=id))
                paper["marks"] = set()

    # What a query looks at

    def row(self, id: str, listing: Row | None, place: int = 0) -> Row:
        paper, there = self.papers[id], listing or {}
        counts = {name: paper[name] if there.get(name) is None else there[name] for name in COUNTS}
        published = str(paper["published"]) if paper["published"] else None
        day = there.get("day") or published
        return {**paper, **counts, "submitter": there.get("submitter") or paper["submitter"], "day": day,
                "listed": there.get("day"), "rank": there.get("rank"), "announce": there.get("announce"),
                "source": there.get("source"), "place": place, "number": numbered(id)}  # fmt: skip

    def latest(self, id: str) -> Row | None:
        """Its newest row of Hugging Face's listings, else of arXiv's."""
        there = [rows[id] for rows in self.listed.values() if id in rows]
        return max(there, key=lambda row: (row["source"] == "hf", row["day"]), default=None)

    def rows(self, asked: Row) -> list[Row]:
        """The rows that a query of these papers looks at, in their own order."""
        if "ids" in asked:
            ids = [id for id in asked["ids"] if id in self.papers]
        elif "among" in asked:
            by_number = {numbered(id): id for id in self.papers}
            ids = [by_number[number] for number in asked["among"] if number in by_number]
        elif "trending" in asked:
            ids = self.trending
        elif "first" in asked:
            return self._within([("hf", asked["first"], asked["last"])])
        elif "feeds" in asked:
            return self._within(asked["feeds"])
        else:
            ids = sorted(self.papers, key=numbered, reverse=True)
        return [self.row(id, self.latest(id), place) for place, id in enumerate(ids)]

    def _within(self, feeds: Sequence[tuple[str, date, date]]) -> list[Row]:
        """A paper stands once: where the first feed lists it, on the latest day there."""
        found: dict[str, Row] = {}
        for place, (source, first, last) in enumerate(feeds):
            of_feed: dict[str, Row] = {}
            for (day, listed_by), rows in sorted(self.listed.items()):
                if listed_by == source and str(first) <= day <= str(last):
                    of_feed |= {id: self.row(id, row, place) for id, row in rows.items()}
            found = of_feed | found
        several_days = any(first != last for _, first, last in feeds)
        return [{**row, "place": 0 if several_days else row["place"]} for row in found.values()]


# A query


class Said:
    """A piece of a query as text, and whether a row is meant. `words`: it asks for words, so relevance is by them."""

    def __init__(self, text: str, holds: Holds, kind: str = "one", *, words: bool = False) -> None:
        self.text, self.holds, self.kind, self.words = text, holds, kind, words


class Queries:
    """Random queries about a world, many of which its papers answer."""

    def __init__(self, world: World, chance: random.Random) -> None:
        self.world, self.chance = world, chance
        self.paper = chance.choice(list(world.papers.values()))

    def expression(self, depth: int = 0) -> Said:
        kind = self.chance.random()
        if depth > 3 or kind < 0.4:
            leaf = self.leaf()
        elif kind < 0.65:
            return self._joined([self.expression(depth + 1) for _ in range(self.chance.choice((2, 2, 3)))], "all")
        elif kind < 0.85:
            return self._joined([self.expression(depth + 1) for _ in range(self.chance.choice((2, 2, 3)))], "either")
        else:
            leaf = self.expression(depth + 1)
        return self._opposite(leaf) if self.chance.random() < 0.3 else leaf

    def _joined(self, parts: list[Said], kind: str) -> Said:
        every = all if kind == "all" else any
        between = self.chance.choice((" ", " ", " AND ")) if kind == "all" else " OR "
        bare = ("one",) if self.chance.random() < 0.5 else ("one", "all")
        text = between.join(part.text if part.kind in bare else f"({part.text})" for part in parts)
        return Said(text, lambda row: every(part.holds(row) for part in parts), kind, words=any(p.words for p in parts))

    def _opposite(self, part: Said) -> Said:
        text = part.text if part.kind == "one" and part.text[0] != "-" else f"({part.text})"
        text = f"-{text}" if self.chance.random() < 0.5 else f"NOT {text}"
        return Said(text, lambda row: not part.holds(row), "all", words=part.words)

    def leaf(self) -> Said:
        make = self.chance.choice((self._word, self._word, self._word, self._phrase, self._beginning, self._sign,
                                   self._name, self._number, self._day, self._mark))  # fmt: skip
        return make()

    def _column(self) -> tuple[str, str]:
        column = self.chance.choice(("", "", "", *COLUMNS))
        return column, f"{column}:" if column else ""

    def _there(self) -> list[str]:
        """The words of a text of the paper."""
        return self.chance.choice((self.paper["title"], self.paper["abstract"], *self.paper["keywords"])).split()

    def _word(self) -> Said:
        mine = [word for word in self._there() if word in WORDS]
        word = self.chance.choice([*mine, *mine, self.chance.choice(WORDS), "nonsuch"])
        word = self.chance.choice((word, word, word.lower(), word.upper()))
        word = word.strip("()") if word[0] == "(" else word
        if word in ("AND", "NOT", "OR") or word.startswith("title:"):
            word = word.lower() + "s"
        column, prefix = self._column()
        bare = word.rstrip(".")
        signs = bare if bare[-1:] in ("+", "#") else ""
        return Said(
            prefix + word,
            lambda row: stand(row, word, "stem", column) and (not signs or written(row, signs, column)),
            words=True,
        )

    def _phrase(self) -> Said:
        """Some words in a row, mostly such as stand there so."""
        there = self._there() or ["x"]
        start = self.chance.randrange(len(there))
        words = there[start : start + self.chance.choice((1, 2, 2, 3))]
        if self.chance.random() < 0.3:
            words.append(self.chance.choice(ALL_WORDS))
        if self.chance.random() < 0.1:
            self.chance.shuffle(words)
        if self.chance.random() < 0.1:  # the end of one text and the beginning of the next do not stand together
            parts = [self.paper["title"], self.paper["abstract"], *self.paper["keywords"]]
            place = self.chance.randrange(len(parts))
            words = [*parts[place - 1].split()[-1:], *parts[place].split()[:1]] or ["x"]
        text = " ".join(words)
        column, prefix = self._column()
        quoted = self.chance.choice((f'"{text}"', f"“{text}”", f'" {text} "'))
        if any(word in SIGNS and any(unicodedata.category(x) == "Lo" for x in word) for word in words) or all(
            word in SIGNS for word in words
        ):
            return Said(prefix + quoted, lambda row: written(row, text, column))
        bare = text.rstrip(".)")
        signs = bare if bare[-1:] in ("+", "#") else ""
        return Said(
            prefix + quoted,
            lambda row: stand(row, text, "exact", column) and (not signs or written(row, signs, column)),
            words=True,
        )

    def _beginning(self) -> Said:
        word = self.chance.choice([word for word in WORDS if word[0].isalnum() and ":" not in word and "(" not in word])
        word = unicodedata.normalize("NFC", word)[: self.chance.choice((1, 3, 5, 20))]
        word = self.chance.choice((word, word.upper() if word.isascii() else word))
        column, prefix = self._column()
        return Said(f"{prefix}{word}*", lambda row: stand(row, word, "prefix", column), words=True)

    def _sign(self) -> Said:
        mine = [word for word in self._there() if word in SIGNS]
        sign = self.chance.choice([*mine, *mine, self.chance.choice(SIGNS), "BERT"[: self.chance.randrange(5)] + "模"])
        column, prefix = self._column()
        return Said(prefix + sign, lambda row: written(row, sign, column))

    def _name(self) -> Said:
        return self.chance.choice((self._author, self._org, self._by, self._cat, self._tag, self._id, self._has))()

    def _quoted(self, text: str) -> str:
        text = text.replace('"', "")
        return f'"{text}"' if not text.isalnum() or self.chance.random() < 0.3 else text

    def _bent(self, text: str) -> str:
        """In another case, or without accents."""
        return self.chance.choice((text, text.upper(), text.lower(), plain(text) or text)).strip() or "x"

    def _author(self) -> Said:
        name = self.chance.choice(AUTHORS)
        start = self.chance.randrange(len(name))
        part = self._bent(name[start : start + self.chance.choice((1, 3, 9, 99))].replace('"', " ").strip() or ",")
        said = lambda row: any(plain(part) in plain(author) for author in row["authors"])  # noqa: E731
        if self.chance.random() < 0.05:
            return Said('author:Q"', lambda row: any('q"' in plain(author) for author in row["authors"]))
        return Said(f"author:{self._quoted(part)}", said)

    def _org(self) -> Said:
        login, name = self.chance.choice(ORGS)
        start = self.chance.randrange(len(name) or 1)
        said = self._bent(self.chance.choice((login, name[start : start + 6])))
        return Said(
            f"org:{self._quoted(said)}",
            lambda row: (bool(row["organization"]) and plain(said) == plain(row["organization"]))
            or plain(said) in plain(row["organization_name"]),
        )  # fmt: skip

    def _by(self) -> Said:
        login = self._bent(self.chance.choice(LOGINS))
        return Said(f"by:{self._quoted(login)}", lambda row: plain(login) == plain(row["submitter"]))

    def _cat(self) -> Said:
        cat = self.chance.choice((*CATEGORIES, "cs", "CS", "stat", "math", "cs.cl", "c", "hep", "cs."))
        return Said(
            f"cat:{cat}",
            lambda row: any(f"{each}.".lower().startswith(f"{cat}.".lower()) for each in row["categories"]),
        )

    def _tag(self) -> Said:
        tag = self._bent(self.chance.choice(TAGS))
        return Said(f"tag:{self._quoted(tag)}", lambda row: plain(tag) in map(plain, row["tags"]))

    def _id(self) -> Said:
        id = self.chance.choice((self.paper["id"], "2501.00001"))
        written = self.chance.choice((id, f"arXiv:{id}v2", f"https://arxiv.org/abs/{id}"))
        return Said(f"id:{written}", lambda row: row["id"] == id)

    def _has(self) -> Said:
        what = self.chance.choice(HAS)
        return Said(f"has:{what}", lambda row: bool(row[{"summary": "ai_summary"}.get(what, what)]))

    def _mark(self) -> Said:
        what = self.chance.choice((*TO_BE_READ, "unread", "unseen"))
        if what.startswith("un"):
            return Said(f"is:{what}", lambda row: what[2:] not in row["marks"])
        return Said(f"is:{what}", lambda row: what in row["marks"])

    def _number(self) -> Said:
        field, name = self.chance.choice((("up", "upvotes"), ("stars", "stars"), ("comments", "comments")))
        low = self.chance.choice((0, 1, 5, 20, 21, 100, self.paper[name] or 0))
        high = low + self.chance.choice((0, 1, 15, 2_000))
        text, fits = self.chance.choice((
            (f"{low}", lambda n: n == low), (f"={low}", lambda n: n == low), (f">{low}", lambda n: n > low),
            (f">={low}", lambda n: n >= low), (f"<{low}", lambda n: n < low), (f"<={low}", lambda n: n <= low),
            (f"{low}..{high}", lambda n: low <= n <= high), (f"{low}..", lambda n: n >= low),
            (f"..{low}", lambda n: n <= low),
        ))  # fmt: skip
        return Said(f"{field}:{text}", lambda row: row[name] is not None and fits(row[name]))

    def _day(self) -> Said:
        low = FIRST + timedelta(self.chance.randrange(-8, 12))
        high = low + timedelta(self.chance.randrange(5))
        a, b = str(low), str(high)
        text, fits = self.chance.choice((
            (f"on:{a}", lambda day: day == a), (f"on:{a}..{b}", lambda day: a <= day <= b),
            (f"on:>{a}", lambda day: day > a), (f"on:>={a}", lambda day: day >= a),
            (f"on:<{a}", lambda day: day < a), (f"on:<={a}", lambda day: day <= a),
            (f"since:{a}", lambda day: day >= a), (f"until:{a}", lambda day: day <= a),
            ("on:2026-06", lambda day: day[:7] == "2026-06"), ("on:>2026-06", lambda day: day[:7] > "2026-06"),
            ("since:2026-07", lambda day: day[:7] >= "2026-07"), ("until:2026-06", lambda day: day[:7] <= "2026-06"),
        ))  # fmt: skip
        return Said(text, lambda row: row["day"] is not None and fits(row["day"]))

    # Which papers, in which order

    def asked(self) -> Row:
        chance, ids = self.chance, [*self.world.papers, "2401.00001"]
        first, last = sorted(chance.choices(DAYS, k=2))
        day = chance.choice(DAYS)
        some = chance.sample(ids, chance.randint(0, len(ids)))
        return chance.choice((
            {}, {}, {}, {"first": first, "last": last}, {"first": first, "last": last}, {"first": day, "last": day},
            {"ids": tuple(some)}, {"among": tuple(map(numbered, some))}, {"trending": True},
            {"feeds": (("hf", day, day), (ARXIV, day, day))}, {"feeds": ((ARXIV, first, last), ("hf", first, first))},
        ))  # fmt: skip


# The order


def rising(value: Any) -> tuple[bool, Any]:
    """Of smallest to greatest, as SQL has it: nothing is less than anything."""
    return value is not None, value


def falling(value: Any) -> Any:
    return _Turned(rising(value))


class _Turned:
    def __init__(self, key: Any) -> None:
        self.key = key

    def __lt__(self, other: _Turned) -> bool:
        return bool(other.key < self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Turned) and self.key == other.key


def order_of(asked: Row, sort: str) -> tuple[str, list[tuple[Callable[[Row], Any], bool]]] | None:
    """(what may be unknown, (value, whether the greatest comes first) for each step); None for an order of words."""
    whole = not asked
    own: dict[str, list[tuple[Callable[[Row], Any], bool]]] = {
        "place": [(lambda row: row["place"], False)],
        "number": [(lambda row: row["number"], True)],
    }
    if sort in ("rank", "relevance"):
        if whole:
            return "", own["number"]
        if "first" not in asked and "feeds" not in asked:
            return "", own["place"]
        return "listed", [
            *own["place"],
            (lambda row: row["listed"], True), (lambda row: row["rank"] is None, False),
            (lambda row: row["rank"], False),
            (lambda row: row["announce"] and row["announce"] == "replace", False),
            (lambda row: row["announce"] and row["announce"] == "cross", False), *own["number"],
        ]  # fmt: skip
    if sort == "newest" and whole:
        return "", own["number"]
    steps: dict[str, list[tuple[Callable[[Row], Any], bool]]] = {
        "upvotes": [(lambda row: row["upvotes"], True)],
        "comments": [(lambda row: row["comments"], True), (lambda row: row["upvotes"], True)],
        "stars": [(lambda row: row["stars"], True), (lambda row: row["upvotes"], True)],
        "newest": [(lambda row: row["day"], True)],
        "oldest": [(lambda row: row["day"], False), (lambda row: row["number"], False)],
        "title": [(lambda row: lower(row["title"]), False), (lambda row: row["id"], False)],
    }
    return {"newest": "day", "oldest": "day", "title": "id"}.get(sort, sort), [*steps[sort], *own["number"]]


def in_order(rows: list[Row], asked: Row, sort: str, *, reverse: bool) -> list[Row]:
    unknown, steps = order_of(asked, sort)  # type: ignore[misc]

    def key(row: Row) -> tuple[Any, ...]:
        values = [falling(value(row)) if first is not reverse else rising(value(row)) for value, first in steps]
        return (bool(unknown) and row[unknown] is None, *values)

    return sorted(rows, key=key)


# One question, asked of both


class Difference(AssertionError):
    pass


def check(world: World, chance: random.Random, *, counted: bool = True) -> tuple[str, int]:
    """Ask both, and with `counted` how many there are; returns the text and how many papers were found. Raises
    Difference when the answers differ."""
    queries = Queries(world, chance)
    asked, sort = queries.asked(), chance.choice(SORTS)
    said = queries.expression() if chance.random() < 0.95 else None
    muted = queries.expression(2) if chance.random() < 0.3 else None
    shown = chance.choice((*SHOWN, *["usual"] * 3)) if chance.random() < 0.7 else "usual"
    reverse, limit = chance.random() < 0.3, chance.choice((None, None, None, 1, 3, 50))
    query = Query(
        **asked, expression=read(said.text) if said else None, muted=read(muted.text) if muted else None, shown=shown,
        sort=sort, reverse=reverse, limit=limit,
    )  # fmt: skip
    rows = [row for row in world.rows(asked) if not said or said.holds(row)]
    if "ids" in asked:
        shown = "all"
    is_hidden = lambda row: "hidden" in row["marks"]  # noqa: E731
    is_muted = muted.holds if muted else lambda row: False
    wanted = {
        "usual": [row for row in rows if not is_hidden(row) and not is_muted(row)],
        "hidden": [row for row in rows if is_hidden(row)], "muted": [row for row in rows if is_muted(row)], "all": rows,
    }[shown]  # fmt: skip
    left_out = len(rows) - len(wanted) if shown == "usual" else 0
    about = (
        f"{said and said.text!r} muted={muted and muted.text!r} {asked} {shown} {sort} reverse={reverse} limit={limit}"
    )
    found = world.library.find(query)
    got = [(ref[0], ref[1]) for ref in found.refs]
    if counted and world.library.count(query) != (len(wanted), left_out):
        raise Difference(f"{about}: counted {world.library.count(query)}, not {(len(wanted), left_out)}")
    if found.hidden != (left_out if asked else 0):
        raise Difference(f"{about}: hidden {found.hidden}, not {left_out}")
    by_words = said is not None and said.words and (sort == "relevance" or (sort == "rank" and not asked))
    if sort == "rising" or by_words:
        same = set(got) <= {ref_of(row) for row in wanted} and len(set(got)) == len(got) == min(
            len(wanted), limit or 99
        )
        if limit is not None and len(world.papers) < find.WINDOW:  # else not all that match are ranked
            whole = world.library.find(Query(**{**fields(query), "limit": None})).refs
            same = same and [tuple(ref[:2]) for ref in whole[: len(got)]] == got
    else:
        same = got == [ref_of(row) for row in in_order(wanted, asked, sort, reverse=reverse)][:limit]
    if not same:
        expected = in_order(wanted, asked, "rank" if sort == "rising" or by_words else sort, reverse=reverse)[:limit]
        answers = f"  found  {got}\n  wanted {list(map(ref_of, expected))}"
        raise Difference(f"{about}:\n{answers}\n  as {query.expression}")
    return about, len(got)


def fields(query: Query) -> Row:
    return {name: getattr(query, name) for name in Query.__match_args__}  # type: ignore[attr-defined]


def ref_of(row: Row) -> tuple[int, str | None]:
    return row["number"], row["listed"]


def read(text: str) -> Any:
    return parse(text, lambda word: when(word, newest=DAYS[-1]))


def test_the_reference_tells_papers_apart() -> None:
    """By cases made by hand, so that agreeing with it means something."""
    texts: Row = {"title": "Robots, transformed", "abstract": "A C++ model of the GPT-4 kind 模型"}
    texts["keywords"] = ("naïve art", "x")
    row = {**texts, "tokens": {
        (kind, name): TOKENS(kind, text if isinstance(text, str) else " ".join(text))
        for kind in TOKENS.KINDS for name, text in texts.items()
    }}  # fmt: skip
    yes = [("transformers", "stem", ""), ("ROBOT", "stem", "title"), ("gpt-4", "stem", ""), ("naive", "exact", "kw"),
           ("the GPT", "exact", "abs"), ("robo", "prefix", ""), ("gpt 4 ki", "prefix", "")]  # fmt: skip
    no = [("transformers", "exact", ""), ("robot", "exact", ""), ("robot", "stem", "abs"), ("4 gpt", "stem", ""),
          ("transformed a", "exact", ""), ("obot", "prefix", ""), ("…", "stem", "")]  # fmt: skip
    assert [case for case in yes if not stand(row, *case)] == []
    assert [case for case in no if stand(row, *case)] == []
    assert written(row, "C++ M", "") and written(row, "模", "abs")
    assert not written(row, "模", "title") and not written(row, "artx", "")
