"""`papers mute`: queries for what a person never wants to see, kept in topics.toml beside the followed ones."""

from __future__ import annotations

from papercli.commands.follow import add, remove, show
from papercli.config.topics import is_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from papercli.app import App
    from papercli.commands import options


def mute(app: App, job: options.MuteJob, topic: options.TopicWords, rows: options.Rows) -> None:
    """What you never want to see: queries with a name.

    Examples:
      papers mute add blockchain
      papers mute add crypto blockchain OR crypto
      papers mute list
      papers mute remove crypto

    Papers that match are left out everywhere; --muted shows them alone, --all among the others. A WORD alone is its
    own name. papers help query tells how a QUERY is written. All of it is in topics.toml, which you may change by
    hand: papers follow edit.
    """
    app.console.json = rows.array
    words = tuple(topic or ())
    if job == "list":
        show(app, "mute", words, rows.array)
    elif job == "remove":
        remove(app, "mute", words)
    else:
        # A dash would turn the word into its opposite.
        is_word = len(words) == 1 and is_name(words[0]) and words[0][0] not in "-_"
        add(app, "mute", words * 2 if is_word else words)
