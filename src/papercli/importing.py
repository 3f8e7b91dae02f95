"""A snapshot of arXiv's metadata into the library: chunk by chunk, so that whatever stops it, the next run goes on."""

from __future__ import annotations

from papercli.errors import BadRequest, LibraryError, Unreadable
from papercli.library import Library, bulk
from papercli.numbers import numbered
from papercli.query import Query
from papercli.snapshot import paper

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from papercli.bookmark import Bookmark, Rejects
    from papercli.expression import Expression
    from papercli.paper import Paper
    from papercli.unpacking import Lines

SOURCE = "arxiv"
CHUNK = 4_000
"""Papers that are written at once: a second at most, in which others have to wait with what they write."""

MOST_HELD = 16 << 20  # bytes of lines whose papers are not written yet
MOST_LINES = 100_000  # after which the bookmark moves, though hardly any were wanted
HOPELESS = 1_000
"""Lines, none of which can be read, after which a file is no snapshot."""


class Tally:
    """How many lines were read, and what became of them."""

    def __init__(self, read: int = 0, kept: int = 0, left_out: int = 0, bad: dict[str, int] | None = None) -> None:
        self.read, self.kept, self.left_out = _count(read), _count(kept), _count(left_out)
        self.bad = {str(why): _count(many) for why, many in (bad or {}).items()}
        """By the reason why they could not be read."""

    @property
    def any_readable(self) -> bool:
        """Whether any line was one of a snapshot."""
        return self.kept + self.left_out > 0

    def plus(self, chunk: Chunk, kept: int) -> Tally:
        """With a chunk, so many of whose papers were kept."""
        left_out = chunk.read - len(chunk.bad) - kept
        bad = dict(self.bad)
        for _, why in chunk.bad:
            bad[why] = bad.get(why, 0) + 1
        return Tally(self.read + chunk.read, self.kept + kept, self.left_out + left_out, bad)


class Chunk:
    """Lines that were read, and are not written yet."""

    def __init__(self) -> None:
        self.papers: list[Paper] = []
        self.bad: list[tuple[bytes, str]] = []
        """Lines that could not be read, and why."""

        self.read = self.held = 0

    @property
    def is_full(self) -> bool:
        """Whether it should be written."""
        return len(self.papers) >= CHUNK or self.held > MOST_HELD or self.read >= MOST_LINES


class Importing:
    """Reads `lines` into `library`: the papers in one of `categories`, if there are any, that `wanted` means, if
    anything. `at` is when, in seconds since 1970 (UTC)."""

    def __init__(
        self,
        library: Library,
        lines: Lines,
        bookmark: Bookmark,
        rejects: Rejects,
        *,
        categories: Sequence[str] = (),
        wanted: Expression | None = None,
        at: float,
    ) -> None:
        self._library, self._lines, self._bookmark, self._rejects = library, lines, bookmark, rejects
        self._categories = tuple(category.lower() for category in categories)
        self._wanted, self._at = wanted, at
        self._ends: list[str] = []  # of what was kept, the first paper and the last
        self.tally = Tally()
        """What is done, in this run and those before it that were stopped."""

        self.is_whole = False
        """Whether all of the file is done."""

    @property
    def rejected(self) -> str:
        """Where the lines are that could not be read; "" where there are none."""
        return self._rejects.path if self._rejects.length else ""

    def go_on(self, *, anew: bool = False) -> bool:
        """Begin where the run before was stopped, if it was, and if the library still holds what that one kept; not
        so `anew`."""
        place = {} if anew else self._bookmark.read()
        try:
            ends, tally = [str(id) for id in place["ends"]], Tally(**place["tally"])
            offset, rejected = _count(place["offset"]), _count(place["rejected"])
        except (LookupError, TypeError, ValueError, AttributeError):  # there is none, or not as it was written
            place = {}
        if not place or (ends and not bulk.knows(self._library, ends, source=SOURCE)):
            self._rejects.begin(0)
            return False
        self._ends, self.tally, self.is_whole = ends, tally, place.get("whole") is True
        self._lines.begin(offset)
        self._rejects.begin(rejected)
        return True

    def run(self, heard: Callable[[], None] = lambda: None) -> None:
        """Read to the end; `heard` is called whenever there is more in `tally`.

        Raises BadRequest when the file is no such snapshot, and nothing was kept; LibraryError when the library cannot
        be written; Unreadable when the file cannot be read to its end. What was done until then is kept.
        """
        chunk, failure = Chunk(), None
        try:
            for line in self._lines:
                self._take(chunk, line)
                if chunk.is_full or (not chunk.papers and len(chunk.bad) > HOPELESS):
                    self._keep(chunk)
                    chunk = Chunk()
                    heard()
        except Unreadable as error:
            failure = error
        self._keep(chunk, whole=failure is None)
        heard()
        if failure:
            raise failure
        self.is_whole = True

    def _take(self, chunk: Chunk, line: bytes) -> None:
        if not line.strip():
            return
        chunk.read += 1
        try:
            if self._lines.is_cut:
                raise ValueError("too long")
            said = paper(line)
        except ValueError as error:
            chunk.bad.append((line, str(error)))
        else:
            if not self._is_in_category(said):
                return
            chunk.papers.append(said)
        chunk.held += len(line)

    def _is_in_category(self, said: Paper) -> bool:
        """Also for an archive: `cs` is in `cs.CL`, as everywhere."""
        return not self._categories or any(
            category == wanted or category.startswith(f"{wanted}.")
            for category in map(str.lower, said.categories)
            for wanted in self._categories
        )

    def _keep(self, chunk: Chunk, *, whole: bool = False) -> None:
        """Write the chunk; only then move the bookmark."""
        papers = chunk.papers if self._wanted is None else _meant(chunk.papers, self._wanted, self._at)
        tally = self.tally.plus(chunk, len(papers))
        if not tally.any_readable and (whole or chunk.bad):
            self._rejects.begin(0)
            raise BadRequest("it is no snapshot of arXiv's metadata: not one line of it can be read")
        if papers:
            bulk.add(self._library, papers, source=SOURCE, at=self._at)
            self._ends = [*(self._ends or [papers[0].id])[:1], papers[-1].id]
        self._rejects.add([line for line, _ in chunk.bad])
        self.tally = tally
        self._bookmark.move(self._place(whole))

    def _place(self, whole: bool) -> dict[str, Any]:
        rejected, offset = self._rejects.length, self._lines.offset
        return {"offset": offset, "rejected": rejected, "ends": self._ends, "tally": vars(self.tally), "whole": whole}


def _count(given: object) -> int:
    if not isinstance(given, int) or given < 0:
        raise ValueError("not a count")
    return given


def _meant(papers: list[Paper], wanted: Expression, at: float) -> list[Paper]:
    """Those that the expression means. The library knows what it means, so one in memory is asked."""
    library = Library(":memory:")
    try:
        bulk.add(library, papers, source=SOURCE, at=at)
        found = library.find(Query(expression=wanted, shown="all"))
    except LibraryError as error:
        raise LibraryError(f"the papers cannot be looked through: {error}") from error
    finally:
        library.close()
    numbers = {ref[0] for ref in found.refs}
    return [each for each in papers if numbered(each.id) in numbers]
