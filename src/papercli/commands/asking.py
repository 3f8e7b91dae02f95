"""Asking for papers by their ids: Hugging Face first, which knows what people think of them, then arXiv."""

from __future__ import annotations

from papercli.errors import PRECEDENCE, NoSuchPaper

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from papercli.app import App
    from papercli.errors import PapercliError
    from papercli.outcomes import Asked


def asked(app: App, ids: Sequence[str]) -> Asked:
    """What became of asking; the library keeps what was told. Missing is what neither of them knows."""
    from papercli.outcomes import Asked

    at_home = app.feed.papers(ids)
    unknown = [id for id in at_home.missing if not app.library.knows(id)]
    if not unknown or app.given.demo:
        return at_home
    at_arxiv = app.feed_of("arxiv").known(unknown)
    return Asked(at_arxiv.missing, (*at_home.failures, *at_arxiv.failures))


def unknown_asked(app: App, wanted: Sequence[str]) -> list[PapercliError]:
    """Ask for the papers that are not known, or with --refresh for all; what failed and is not known, the worst
    first."""
    unknown = wanted if app.given.refresh else [id for id in wanted if not app.library.knows(id)]
    if not unknown:
        return []
    outcome = asked(app, unknown)
    failures = [failure for id, failure in outcome.failures if not app.library.knows(id)]
    if missing := [id for id in outcome.missing if not app.library.knows(id)]:
        failures.append(NoSuchPaper(f"no such paper: {', '.join(missing)}"))
    return sorted(failures, key=lambda failure: PRECEDENCE.index(failure.exit_code))


def fail(app: App, failures: Sequence[PapercliError]) -> None:
    """Raise the first in the order of exit codes, if there is one, after the others were told."""
    ranked = sorted(failures, key=lambda failure: PRECEDENCE.index(failure.exit_code))
    for failure in ranked[1:]:
        app.console.note(failure.kind, str(failure))
    if ranked:
        raise ranked[0]
