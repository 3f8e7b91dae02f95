"""Asking for papers by their ids: Hugging Face first, which knows what people think of them, then arXiv."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from papercli.app import App
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
