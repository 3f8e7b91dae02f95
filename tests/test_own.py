"""What is the reader's own, in the library itself: marks, tags, notes and looks, how they change and are taken back,
and what is told of starred papers."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from io import BytesIO
from typing import Any

import pytest

from papercli.errors import BadRequest, LibraryError
from papercli.library import Library, Listing, arriving
from papercli.library.arriving import read
from papercli.library.looked import Look
from papercli.library.marks import Marks
from papercli.library.news import News
from papercli.library.own import checksum, intact, note_text
from papercli.library.transfer import HEAD, lines
from papercli.paper import Paper
from papercli.query import Query

ID, OTHER = "2607.99001", "2607.99002"
JULY, LATER = date(2026, 7, 1), date(2026, 7, 2)


@pytest.fixture
def library() -> Iterator[Library]:
    with closing(Library(":memory:")) as library:
        yield library


def paper(id: str = ID, day: date | None = JULY, **said: Any) -> Paper:
    return Paper(id, f"Title {id}", submitted=f"{day}T00:00:00Z" if day else "", **said)


def change(library: Library, *ids: str, clock: int = 5_000, **changes: Any) -> int:
    """Names with `tag_` stand for tags."""
    named = {name.replace("tag_", "tag:"): new for name, new in changes.items()}
    return library.marks.change(ids or (ID,), named, by="cli", clock=clock, machine="here")


def hand(library: Library, sql: str, *values: object) -> None:
    """Another hand in the library."""
    library.write(lambda db: db.execute(sql, values))


# Changing


def test_what_is_already_so_keeps_its_time_and_is_not_written_down(library: Library) -> None:
    assert change(library, starred=5, tag_Thesis=5, note="words", clock=5_000) == 1
    before = library.marks.own().papers
    assert before == {ID: {"starred": 5, "tag:Thesis": 5, "note": "words", "noted": 5}}
    assert change(library, starred=9, tag_thésis=9, note="words", read=None, tag_other=None, clock=9_000) == 0
    assert library.marks.own().papers == before
    assert len(library.marks.log()) == 1


def test_only_the_papers_that_change_are_in_the_log(library: Library) -> None:
    change(library, starred=5)
    number = change(library, ID, OTHER, starred=9, clock=9_000)
    assert library.marks.entry(number).ids == (OTHER,)


def test_a_tag_is_taken_away_in_whatever_spelling(library: Library) -> None:
    change(library, tag_Thésis=5)
    change(library, tag_THESIS=None, clock=6_000)
    assert library.marks.tags([ID]) == {ID: ()}
    assert [each.what for each in library.marks.log()] == ["untagged Thésis", "tagged Thésis"]


def test_tags_notes_and_titles_are_told_by_id(library: Library) -> None:
    library.remember_paper(paper(), at=1_000)
    change(library, tag_z=5, tag_a=5, note="one\n\n\n\ntwo")
    assert library.marks.tags([OTHER, ID]) == {OTHER: (), ID: ("a", "z")}
    assert (library.marks.note(ID), library.marks.note(OTHER)) == ("one\n\ntwo", "")
    assert library.marks.titles([ID, OTHER]) == {ID: f"Title {ID}"}
    (entry,) = library.rows(library.find(Query(ids=(ID,))).refs)
    assert (entry.tags, entry.note) == (("a", "z"), "one\n\ntwo")


def test_a_note_keeps_at_most_one_empty_line() -> None:
    assert note_text("\n\na\n\n\n\n\nb\r\n\x1bc\n") == "a\n\nb\n\ufffdc"


def test_rows_that_are_not_as_they_were_written_say_nothing(library: Library) -> None:
    library.remember_paper(paper(), at=1_000)
    change(library, tag_a=5, note="words")
    hand(library, "UPDATE tag SET at = 6")
    hand(library, "UPDATE note SET words = 'wards'")
    assert (library.marks.tags([ID]), library.marks.note(ID)) == ({ID: ()}, "")
    (entry,) = library.rows(library.find(Query(ids=(ID,))).refs)
    assert (entry.tags, entry.note) == ((), None)
    own = library.marks.own()
    assert (own.papers, own.altered) == ({}, 2)
    assert change(library, tag_a=7, note="words", clock=7_000) == 2, "what says nothing can be said again"
    assert library.marks.own().papers == {ID: {"tag:a": 7, "note": "words", "noted": 7}}


def test_a_blob_is_never_intact(library: Library) -> None:
    change(library, note="words")
    hand(library, "UPDATE note SET words = x'00ff'")
    assert not intact(ID, b"\x00\xff", 5, 7)
    assert library.marks.note(ID) == ""


def test_seeing_leaves_a_row_alone_that_is_not_as_it_was_written(library: Library) -> None:
    change(library, hidden=5)
    hand(library, "UPDATE mark SET hidden = 6")
    library.saw([ID, OTHER], 9)
    assert library.read("SELECT id, seen, hidden FROM mark ORDER BY id") == [(ID, None, 6), (OTHER, 9, None)]


def test_that_a_paper_was_seen_is_not_worth_a_failure(library: Library) -> None:
    hand(library, "DROP TABLE mark")
    library.saw([ID], 9)
    with pytest.raises(LibraryError):
        change(library, starred=5)


# Taking back


def test_with_nothing_to_take_back_nothing_is_taken_back(library: Library) -> None:
    assert library.marks.undo(clock=1) is None
    change(library, starred=5)
    assert library.marks.undo(clock=6_000) is not None
    assert library.marks.undo(clock=7_000) is None
    assert library.marks.own().papers == {}


def test_a_note_that_is_taken_back_is_the_one_before_with_its_time(library: Library) -> None:
    change(library, note="one", clock=5_000)
    change(library, note="two", clock=6_000)
    change(library, note=None, clock=7_000)
    told = []
    for clock in (8_000, 9_000, 10_000):
        taken = library.marks.undo(clock=clock)
        assert taken is not None
        told.append((taken.what, library.marks.own().papers.get(ID)))
    assert told == [
        ("note removed", {"note": "two", "noted": 6}), ("note", {"note": "one", "noted": 5}), ("note", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "before",
    [
        '{"starred": "yesterday"}', '{"starred": true}', '{"note": 7, "noted": 7}', '{"planted": 7}',
        '{"looked:feed": [7]}', '{"looked:feed": ["2026-07-01", 7]}', "[]", "7", "null",
    ],
)  # fmt: skip
def test_a_log_that_no_papercli_wrote_is_not_followed(library: Library, before: str) -> None:
    change(library, starred=5, note="words")
    own = library.marks.own()
    hand(library, "UPDATE undo SET before = ?", f'{{"{ID}": {before}}}')
    with pytest.raises(LibraryError, match="not written by papercli"):
        library.marks.undo(clock=6_000)
    assert library.marks.own() == own


def test_an_import_is_taken_back_looks_and_all(library: Library) -> None:
    library.looks.keep("feed", Look(3, JULY))
    rows = f'{{"id":"{ID}","starred":"1970-01-01T00:00:07Z"}}\n'
    rows += '{"looked":"feed","at":"1970-01-01T00:00:09Z","day":"2026-07-02"}\n'
    rows += '{"looked":"llamas","at":"1970-01-01T00:00:09Z","day":"2026-07-02"}\n'
    brought(library, rows)
    assert library.marks.own().looked == {"feed": (9, "2026-07-02"), "llamas": (9, "2026-07-02")}
    taken = library.marks.undo(clock=6_000)
    assert taken is not None
    assert (taken.what, taken.ids) == ("import: starred", (ID,))
    own = library.marks.own()
    assert (own.papers, own.looked) == ({}, {"feed": (3, "2026-07-01")})


# Lines


def brought(library: Library, rows: str) -> Any:
    given = read(BytesIO(f'{{"papercli":"library","version":1}}\n{rows}'.encode()), "here", lambda name: name.islower())
    return library.marks.merge(given, lambda: None, clock=5_000, machine="here")


def test_lines_that_are_written_are_read_as_the_same(library: Library) -> None:
    change(library, starred=5, tag_a=6, note="words")
    change(library, OTHER, read=5)
    library.looks.keep("feed", Look(7, JULY))
    text = "".join(lines(library.marks.own()))
    text += '{"follow":"llamas","query":"llama"}\n{"mute":"coins","query":"crypto"}\n'
    again = read(BytesIO(text.encode()), "here", lambda name: True)
    assert "".join(lines(again)) == text


WRONG = {
    "an object": ("[]", "it is not a JSON object"),
    "JSON": ("{", "it is not JSON"),
    "UTF-8": ('{"id":"\udcff"}', "it is not UTF-8"),
    "an id": ('{"id":"llamas"}', "“llamas” is not a paper id"),
    "a text": ('{"id":7}', "id is no text"),
    "once": (f'{{"id":"{ID}"}}\n{{"id":"{ID}"}}', f"{ID} stands there twice"),
    "tags": (f'{{"id":"{ID}","tags":[]}}', "tags is not an object"),
    "a tag": (f'{{"id":"{ID}","tags":{{"":"1970-01-01T00:00:07Z"}}}}', "a tag has 1 to 64 characters"),
    "a note": (f'{{"id":"{ID}","note":"","noted":"1970-01-01T00:00:07Z"}}', "a note has 1 to 20,000 characters"),
    "a note's time": (f'{{"id":"{ID}","note":"x"}}', "note and noted go together"),
    "no more": (f'{{"id":"{ID}","votes":7}}', "it has a field that is not known: votes"),
    "a time": (f'{{"id":"{ID}","starred":"soon"}}', "starred is no time such as 2026-07-03T15:00:00Z"),
    "a time in text": (f'{{"id":"{ID}","starred":7}}', "starred is no time such as 2026-07-03T15:00:00Z"),
    "a time with a zone": (f'{{"id":"{ID}","starred":"2026-07-03T15:00:00"}}', "starred is no time such as"),
    "a day": ('{"looked":"feed","at":"1970-01-01T00:00:07Z","day":"soon"}', "day is no day such as 2026-07-03"),
    "a day in text": ('{"looked":"feed","at":"1970-01-01T00:00:07Z","day":7}', "day is no day such as 2026-07-03"),
    "a day of ours": ('{"looked":"feed","at":"1970-01-01T00:00:07Z","day":"20260703"}', "day is no day"),
    "a look": ('{"looked":"feed"}', "it should have looked, at, day, and nothing else"),
    "a topic's name": ('{"follow":"Llamas","query":"llama"}', "follow is not the name of a topic"),
    "something": ("{}", "it says nothing of a paper, a look or a topic"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_line_that_is_wrong_is_named_and_nothing_is_changed(library: Library, what: str) -> None:
    rows, said = WRONG[what]
    data = f'{{"papercli":"library","version":1}}\n{rows}\n'.encode(errors="surrogateescape")
    with pytest.raises(BadRequest, match=r"here, line [23]: ") as raised:
        read(BytesIO(data), "here", str.islower)
    assert said in str(raised.value)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("", "here is empty"),
        ('{"papercli":"letters","version":1}', "line 1: papers library export did not write this"),
        ('{"papercli":"library","version":2}', "line 1: a newer papers wrote this"),
    ],
)
def test_what_no_export_of_today_wrote_is_refused(data: str, said: str) -> None:
    assert HEAD["version"] == 1
    with pytest.raises(BadRequest, match=said):
        read(BytesIO(data.encode()), "here", str.islower)


def test_of_two_notes_the_newer_stays_and_the_older_is_set_aside(library: Library) -> None:
    def note(words: str, second: int) -> Any:
        return brought(library, f'{{"id":"{ID}","note":"{words}","noted":"1970-01-01T00:00:{second:02}Z"}}\n')

    assert note("one", 20).papers == 1
    assert note("one", 20).number == 0
    assert note("one", 30).number == 0
    assert note("one", 10).papers == 1, "the same words, known for longer"
    older = note("older", 5)
    assert (older.papers, older.set_aside) == (0, ((ID, "older"),))
    assert note("newer", 40).papers == 1
    assert library.marks.own().papers == {ID: {"note": "newer", "noted": 40}}
    assert "import: an older note set aside" in [each.what for each in library.marks.log()]


def test_of_two_spellings_of_a_tag_the_earlier_stays(library: Library) -> None:
    def tag(name: str, second: int) -> Any:
        return brought(library, f'{{"id":"{ID}","tags":{{"{name}":"1970-01-01T00:00:{second:02}Z"}}}}\n')

    assert [tag("Thesis", 20).papers, tag("thesis", 30).papers, tag("THESIS", 10).papers] == [1, 0, 1]
    assert library.marks.own().papers == {ID: {"tag:THESIS": 10}}


def test_when_what_belongs_to_it_fails_nothing_is_brought_in(library: Library) -> None:
    row = f'{{"id":"{ID}","read":"1970-01-01T00:00:07Z"}}'
    given = read(BytesIO(f'{{"papercli":"library","version":1}}\n{row}'.encode()), "here", str.islower)

    def fail() -> None:
        raise OSError("the topics cannot be written")

    with pytest.raises(OSError):
        Marks(library).merge(given, fail, clock=1, machine="here")
    assert library.marks.own().papers == {}


# How far the reader has come


def test_a_look_is_kept_until_the_next_and_says_nothing_when_it_was_altered(library: Library) -> None:
    assert library.looks.last("feed") is None
    library.looks.keep("feed", Look(5, JULY))
    library.looks.keep_for_good({"feed": Look(6, LATER), "llamas": Look(7, JULY)})
    assert (library.looks.last("feed"), library.looks.last("llamas")) == (Look(6, LATER), Look(7, JULY))
    hand(library, "UPDATE looked SET at = 8 WHERE name = 'feed'")
    assert library.looks.last("feed") is None


def test_a_look_at_no_day_is_a_failure_in_words(library: Library) -> None:
    row = ("feed", 5, "soon")
    hand(library, "INSERT INTO looked VALUES (?, ?, ?, ?)", *row, checksum(*row))
    with pytest.raises(LibraryError, match="not written by papercli"):
        library.looks.last("feed")


def test_what_came_since_a_look_is_told_once_newest_day_first(library: Library) -> None:
    def listed(day: date, at: float, *ids: str) -> None:
        votes = enumerate(reversed(ids), start=1)
        library.remember_listing(Listing(day, at), [paper(id, day, upvotes=votes) for votes, id in votes])

    assert library.looks.now(JULY) == Look(0, JULY)
    listed(JULY, 1_000, "2607.99001", "2607.99002")
    look = library.looks.now(JULY)
    assert look == Look(1_000, JULY)
    assert library.looks.entered("hf", look) == []
    listed(JULY, 2_000, "2607.99001", "2607.99002", "2607.99003")
    listed(LATER, 3_000, "2607.99005", "2607.99001", "2607.99004")
    numbers = dict(library.read("SELECT number, id FROM paper"))
    came = [(numbers[number][-1], day) for number, day in library.looks.entered("hf", look)]
    assert came == [("5", LATER), ("4", LATER), ("3", JULY)], "the first was there before, whatever lists it again"
    assert library.looks.now(LATER) == Look(3_000, LATER)
    assert library.looks.now(LATER, 7) == Look(7, LATER)
    assert library.looks.met([]) == 0
    assert library.looks.met([number for number, id in numbers.items() if id != "2607.99005"]) == 3_000


# What happened to starred papers


def told(library: Library, at: float, source: str = "arxiv", **said: Any) -> None:
    library.remember_paper(paper(day=None, **said), source=source, at=at)


def news(library: Library, since: int = 0) -> list[str]:
    return [words for each in News(library).starred(since).values() for words in each]


def test_a_version_a_publication_and_a_withdrawal_are_news_of_a_starred_paper(library: Library) -> None:
    change(library, starred=1)
    told(library, 1_000, version=1, doi="10.1/old")
    assert news(library) == [], "of a paper that arXiv had not told of before, all is new"
    told(library, 2_000, version=2)
    told(library, 3_000, version=2, doi="10.1/x", journal_ref="J. 7")
    told(library, 4_000, version=3, arxiv_comment="Withdrawn by\x1b authors")
    told(library, 5_000, version=3, arxiv_comment="Withdrawn by the author")
    assert news(library) == [
        "new version v3, was v2", "withdrawn: Withdrawn by\ufffd authors", "published: doi 10.1/x", "published: J. 7",
        "new version v2, was v1",
    ]  # fmt: skip
    assert news(library, since=3_000) == ["new version v3, was v2", "withdrawn: Withdrawn by\ufffd authors"]
    change(library, starred=None, clock=9_000)
    assert news(library) == []


def test_there_is_no_news_of_a_paper_whose_marks_are_not_as_they_were_written(library: Library) -> None:
    change(library, read=1, starred=1)
    told(library, 1_000, version=1)
    told(library, 2_000, version=2)
    assert news(library) == ["new version v2, was v1"]
    hand(library, "UPDATE mark SET read = 2")
    assert news(library) == []


def test_what_others_say_is_no_news(library: Library) -> None:
    change(library, starred=1)
    told(library, 1_000, source="hf")
    told(library, 2_000, version=2)
    told(library, 3_000, source="hf", version=3)
    assert news(library) == []


def test_rows_of_another_kind_are_a_library_error_and_mistakes_of_ours_are_not(library: Library) -> None:
    hand(library, "INSERT INTO undo VALUES (1, 1, '', 'cli', '{}', 'no JSON', 0)")
    with pytest.raises(LibraryError, match="it holds what was not written by papercli"):
        library.marks.log()
    with pytest.raises(sqlite3.ProgrammingError):
        library.one("SELECT ?")


def test_a_file_that_is_too_large_has_too_long_a_line_or_fails_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    class Failing(BytesIO):
        def readline(self, size: int | None = -1, /) -> bytes:
            raise OSError(5, "Input/output error")

    monkeypatch.setattr(arriving, "MAX_LINE", 40)
    monkeypatch.setattr(arriving, "MAX_BYTES", 100)
    head = b'{"papercli":"library","version":1}\n'
    topics = b"".join(b'{"follow":"%c","query":"x"}\n' % name for name in b"abcdef")
    refused = {"has a line of more than": head + b"x" * 41, "is larger than": head + topics}
    for words, data in refused.items():
        with pytest.raises(BadRequest, match=f"^here {words}"):
            read(BytesIO(data), "here", str.islower)
    with pytest.raises(BadRequest, match=r"^here cannot be read: input/output error$"):
        read(Failing(), "here", str.islower)
