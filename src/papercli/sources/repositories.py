"""Models, datasets and Spaces on Hugging Face that name a paper, as its answer holds them."""

from __future__ import annotations

from urllib.parse import quote

from papercli import text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MAX_ITEMS = 200
LINKED_FACTS = ("likes", "downloads", "numParameters")


def linked(row: dict[str, Any], kind: str) -> dict[str, Any]:
    """`{"total": n, "items": [{"id", "url", "likes", ...}]}`: the service cuts the list, never the total."""
    key = kind.capitalize()
    rows = row.get(f"linked{key}")
    items = [item for each in (rows if isinstance(rows, list) else [])[:MAX_ITEMS] if (item := _repository(each, kind))]
    return {"total": max(text.number(row.get(f"numTotal{key}")) or 0, len(items)), "items": items}


def _repository(row: Any, kind: str) -> dict[str, Any] | None:
    if not isinstance(row, dict) or not (id := text.line(row.get("id"), 200)):
        return None
    prefix = "" if kind == "models" else f"{kind}/"
    facts = {name: number for name in LINKED_FACTS if (number := text.number(row.get(name))) is not None}
    task = text.line(row.get("pipeline_tag") or row.get("shortDescription"), 200)
    about = {"about": task} if task else {}
    return {"id": id, "url": f"https://huggingface.co/{prefix}{quote(id)}", **facts, **about}
