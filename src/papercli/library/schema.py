"""The tables, as SQL text, and how an older file becomes today's.

Three kinds of rows never mix: facts, which a source may overwrite (paper, answered, listed, listing, linked); marks,
which only the reader changes (mark, tag, note, looked, with undo); observations, which are only added.
"""

from __future__ import annotations

import sqlite3

from papercli.library.sums import sum_up
from papercli.numbers import numbered

APPLICATION_ID = 0x70617072  # "papr": tells our file from anyone else's

MIGRATIONS = (
    """
    CREATE TABLE paper (
        number INTEGER PRIMARY KEY,          -- what the word index and the other tables of facts point to
        id TEXT NOT NULL UNIQUE,             -- bare arXiv id
        title TEXT NOT NULL,
        authors TEXT NOT NULL,               -- lists are JSON arrays of strings
        abstract TEXT NOT NULL,
        published TEXT, updated TEXT,        -- days are YYYY-MM-DD, UTC
        organization TEXT, organization_name TEXT,
        ai_summary TEXT, keywords TEXT NOT NULL,
        code TEXT, project TEXT, media TEXT NOT NULL, thumbnail TEXT,
        categories TEXT NOT NULL, doi TEXT, journal_ref TEXT, arxiv_comment TEXT, version INTEGER,
        sources TEXT NOT NULL,
        upvotes INTEGER, comments INTEGER, stars INTEGER, submitter TEXT, submitter_name TEXT, -- while never listed
        first_seen INTEGER NOT NULL, fetched_at INTEGER NOT NULL  -- instants are seconds since 1970, UTC
    );
    CREATE TABLE answered (                  -- the source's row as it was answered
        paper INTEGER NOT NULL REFERENCES paper, source TEXT NOT NULL, at INTEGER NOT NULL,
        row BLOB NOT NULL,                   -- JSON, zlib
        PRIMARY KEY (paper, source)
    ) WITHOUT ROWID;
    CREATE TABLE listed (                    -- a paper's place in a day's listing, with what it had there
        day TEXT NOT NULL, source TEXT NOT NULL, paper INTEGER NOT NULL REFERENCES paper,
        rank INTEGER,                        -- null while the day's listing was not asked for
        upvotes INTEGER, comments INTEGER, stars INTEGER,
        submitter TEXT, submitter_name TEXT, submitted TEXT,
        PRIMARY KEY (day, source, paper)
    ) WITHOUT ROWID;
    CREATE INDEX listed_paper ON listed (paper, day);
    CREATE INDEX listed_votes ON listed (day, upvotes);
    CREATE TABLE listing (                   -- when a day's listing was last asked for, and how it came
        day TEXT NOT NULL, source TEXT NOT NULL, at REAL NOT NULL,
        whole INTEGER NOT NULL,              -- 0 while pages are missing
        skipped INTEGER NOT NULL,
        PRIMARY KEY (day, source)
    ) WITHOUT ROWID;
    CREATE TABLE newest (source TEXT PRIMARY KEY, day TEXT NOT NULL, at REAL NOT NULL) WITHOUT ROWID;
    CREATE TABLE linked (
        paper INTEGER PRIMARY KEY REFERENCES paper, at REAL NOT NULL, repositories TEXT NOT NULL
    );
    CREATE TABLE observation (               -- what was counted, when; only ever added to
        paper INTEGER NOT NULL REFERENCES paper, at INTEGER NOT NULL, day TEXT,
        rank INTEGER, upvotes INTEGER, comments INTEGER, stars INTEGER,
        PRIMARY KEY (paper, at)
    ) WITHOUT ROWID;
    CREATE TABLE mark (                      -- marks are by id: they outlive a rebuild of the facts
        id TEXT PRIMARY KEY,
        seen INTEGER, read INTEGER, starred INTEGER, later INTEGER, hidden INTEGER, -- when; null is "not"
        checksum INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE tag (id TEXT NOT NULL, name TEXT NOT NULL, checksum INTEGER NOT NULL, PRIMARY KEY (id, name))
    WITHOUT ROWID;
    CREATE TABLE note (id TEXT PRIMARY KEY, words TEXT NOT NULL, at INTEGER NOT NULL, checksum INTEGER NOT NULL)
    WITHOUT ROWID;
    CREATE TABLE undo (
        number INTEGER PRIMARY KEY,
        clock INTEGER NOT NULL UNIQUE,       -- milliseconds since 1970 that never run backwards (hybrid clock)
        machine TEXT NOT NULL, by TEXT NOT NULL,
        before TEXT NOT NULL, after TEXT NOT NULL, -- JSON: {id: {name: when or null}}
        undone INTEGER NOT NULL DEFAULT 0
    );
    -- Kept in step by remember.facts, not by triggers: those may not touch a virtual table while trusted_schema is off.
    CREATE VIRTUAL TABLE words USING fts5 (
        title, abstract, keywords, content=paper, content_rowid=number,
        tokenize='porter unicode61 remove_diacritics 2'
    );
    """,
    """
    CREATE TABLE trending (                  -- a source's own rank of what is talked about, as last asked for
        source TEXT NOT NULL, place INTEGER NOT NULL, paper INTEGER NOT NULL REFERENCES paper, at REAL NOT NULL,
        PRIMARY KEY (source, place)
    ) WITHOUT ROWID;
    """,
    """
    -- A paper's number follows its identifier, and so the time: see papercli.numbers.
    UPDATE answered SET paper = coalesce((SELECT numbered(id) FROM paper WHERE number = answered.paper), -paper);
    UPDATE listed SET paper = coalesce((SELECT numbered(id) FROM paper WHERE number = listed.paper), -paper);
    UPDATE linked SET paper = coalesce((SELECT numbered(id) FROM paper WHERE number = linked.paper), -paper);
    UPDATE observation SET paper = coalesce((SELECT numbered(id) FROM paper WHERE number = observation.paper), -paper);
    UPDATE trending SET paper = coalesce((SELECT numbered(id) FROM paper WHERE number = trending.paper), -paper);
    UPDATE paper SET number = numbered(id);
    DROP TABLE words;
    -- Words by their English stem, and word for word as they are written.
    CREATE VIRTUAL TABLE words USING fts5 (
        title, abstract, keywords, content=paper, content_rowid=number,
        tokenize='porter unicode61 remove_diacritics 2'
    );
    CREATE VIRTUAL TABLE spelt USING fts5 (
        title, abstract, keywords, content=paper, content_rowid=number, tokenize='unicode61 remove_diacritics 2'
    );
    INSERT INTO words (words) VALUES ('rebuild');
    INSERT INTO spelt (spelt) VALUES ('rebuild');
    CREATE VIRTUAL TABLE stem USING fts5vocab (words, row); -- how many papers hold a stem
    ALTER TABLE listed ADD COLUMN announce TEXT; -- of arXiv's listings: new, cross or replace
    CREATE INDEX observation_day ON observation (day, at);
    CREATE TABLE news (                      -- what happened to a paper that arXiv had told of before
        paper INTEGER NOT NULL REFERENCES paper, at INTEGER NOT NULL, what TEXT NOT NULL, before TEXT, after TEXT,
        PRIMARY KEY (paper, at, what)
    ) WITHOUT ROWID;
    CREATE TABLE looked (                    -- how far `papers new` has been read: the feed, or a followed topic
        name TEXT PRIMARY KEY,
        at INTEGER NOT NULL, day TEXT NOT NULL, -- when, and the newest listing's day at that time
        checksum INTEGER NOT NULL
    ) WITHOUT ROWID;
    DROP TABLE tag;                          -- nothing gave tags before they knew when they were given
    CREATE TABLE tag (
        id TEXT NOT NULL, name TEXT NOT NULL, at INTEGER NOT NULL, checksum INTEGER NOT NULL, PRIMARY KEY (id, name)
    ) WITHOUT ROWID;
    """,
    f"""
    ALTER TABLE paper ADD COLUMN checksum INTEGER; -- of the other columns: see papercli.library.sums
    ALTER TABLE listed ADD COLUMN checksum INTEGER;
    {sum_up("paper")};
    {sum_up("listed")};
    """,
)


class Foreign(Exception):
    """The file is a database, but not one that this version may touch."""


def is_todays(db: sqlite3.Connection) -> bool:
    """Whether the open file is a library with today's tables. Raises Foreign when someone has planted what would run
    with our statements: no papercli makes triggers or views."""
    if _numbers(db) != (len(MIGRATIONS), APPLICATION_ID):
        return False
    if planted := db.execute("SELECT type FROM sqlite_schema WHERE type IN ('trigger', 'view')").fetchone():
        raise Foreign(f"it holds a {planted[0]}, which no papercli makes")
    return True


def migrate(db: sqlite3.Connection) -> None:
    """Bring the open file up to today's tables, in one transaction: all of it or nothing.

    Two processes may do this at once; the second finds it done. Raises Foreign when the file is someone else's, or
    of a later version.
    """
    db.execute(
        "PRAGMA page_size = 8192"
    )  # of a new file: of four kilobytes a paper and its abstract leave too much unused
    db.execute("PRAGMA synchronous = EXTRA")  # once done it stays done, also when the power goes
    db.execute("BEGIN IMMEDIATE")  # what is looked at from here on, no other process changes
    try:
        version, owner = _numbers(db)
        # Looked at in any case: what another process made since this one opened the file is known only then. Else the
        # first question to it could end with "no such table", when it is asked while a third one writes.
        empty = not db.execute("SELECT 1 FROM sqlite_master").fetchone()
        new = empty and (version, owner) == (0, 0)
        if owner != APPLICATION_ID and not new:
            raise Foreign("it is another program's database")
        if version > len(MIGRATIONS):
            raise Foreign("it was written by a newer papercli")
        db.create_function("numbered", 1, numbered, deterministic=True)
        for script in MIGRATIONS[version:]:
            for statement in _statements(script):
                db.execute(statement)
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def _numbers(db: sqlite3.Connection) -> tuple[int, int]:
    version, owner = (db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("user_version", "application_id"))
    return version, owner


def _statements(script: str) -> list[str]:
    """The script's statements, one by one: `executescript` would end our transaction before it starts."""
    found, pending = [], ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            found.append(pending)
            pending = ""
    return found
