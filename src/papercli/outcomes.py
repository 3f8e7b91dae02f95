"""What came of asking a source, as values."""

from __future__ import annotations

from papercli.value import value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from papercli.errors import PapercliError
    from papercli.library import Listing


@value
class Told:
    """A listing as the library now holds it, and how that came about."""

    listing: Listing
    failure: PapercliError | None = None
    """Why this is what was kept, although something newer was wanted."""

    quiet: str = ""
    """Why the source has nothing newer, in a clause."""

    not_kept: bool = False
    """The source tells of its newest listing only, and this one was not asked for in its time."""

    not_open: bool = False
    """The source says that this day has not begun."""

    missing_page: int = 0
    """The first page that could not be had; 0 when none is missing."""


@value
class Asked:
    """What became of asking for single papers."""

    missing: tuple[str, ...] = ()
    """Ids that the source does not know."""

    failures: tuple[tuple[str, PapercliError], ...] = ()
    """(id, why) for those that could not be asked for."""


@value
class Hits:
    """What a source found, best first."""

    ids: tuple[str, ...]
    at: float
    """When it was asked: seconds since 1970, UTC."""

    skipped: int = 0
    failure: PapercliError | None = None
    """Why this is what was kept, although something newer was wanted."""
