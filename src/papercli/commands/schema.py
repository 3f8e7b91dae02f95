"""`papers schema`: the JSON Schema of what `--json` prints."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from papercli.app import App


def schema(app: App) -> None:
    """The JSON Schema of what --json prints.

    Examples:
      papers schema > papers.schema.json

    It is of the 2020-12 kind. A line of --jsonl is #/$defs/paper, a paper of show is #/$defs/shown.
    """
    import json

    from papercli.schema import schema

    app.console.show(json.dumps(schema(), ensure_ascii=False, indent=2) + "\n")
