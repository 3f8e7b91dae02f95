"""Where each thing that is known of a paper comes from, and when it was told."""

from __future__ import annotations

from papercli.paper import BEST_OF_ARXIV, FIELDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from papercli.paper import Entry, Paper

_WORKED_OUT = {"url", "arxiv_url", "pdf_url", "sources", "first_seen", "fetched_at", "listed", "rank"}
_OWN = {"seen", "read", "starred", "later", "hidden", "tags", "note"}


def provenance(entry: Entry, told: Sequence[tuple[str, int, Paper]]) -> dict[str, tuple[str, int]]:
    """(source, when) for every field that a source has told of; `told` are the sources' last answers: (source, when in
    seconds since 1970, what it said). A field that none of these holds was told in an earlier answer, or a listing."""
    found = {}
    for name in FIELDS:
        if name in _WORKED_OUT or name in _OWN or getattr(entry, name) in (None, (), ""):
            continue
        said = [(source, at) for source, at, paper in told if getattr(paper, name) not in (None, (), "")]
        if said:
            best = [each for each in said if each[0] == "arxiv"] if name in BEST_OF_ARXIV else []
            found[name] = max(best or said, key=lambda each: each[1])
    return found
