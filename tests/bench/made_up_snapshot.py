"""A made-up snapshot of arXiv's metadata, in the shape of the public one: a line of JSON for each paper.

python tests/bench/made_up_snapshot.py 1000000 snapshot.json
"""

from __future__ import annotations

import json
import sys
from random import Random
from typing import Any

from made_up import counts, papers

from papercli.paper import Paper


def write(path: str, many: int) -> int:
    """Write so many records to `path`. Returns the bytes (UTF-8) of their titles, abstracts, authors and comments."""
    text = 0
    with open(path, "w", encoding="ascii") as file:
        for month, (counted, share) in counts(many).items():
            random = Random(f"snapshot {month} {share}")
            for paper in papers(month, counted, share):
                said = record(paper, random)
                text += sum(len(said[name] or "") for name in ("title", "abstract", "authors", "comments"))
                file.write(json.dumps(said, separators=(",", ":")) + "\n")
    return text


def record(paper: Paper, random: Random) -> dict[str, Any]:
    """The paper as the snapshot tells of it; two of three have a comment, some a journal and several versions."""
    assert paper.published is not None
    created = paper.published.strftime("%a, %d %b %Y 17:59:00 GMT")
    versions = [{"version": f"v{number}", "created": created} for number in range(1, random.choice((2, 2, 3, 4)))]
    published = random.random() < 0.4
    return {
        "id": paper.id,
        "submitter": paper.authors[0],
        "authors": ", ".join(paper.authors),
        "title": paper.title,
        "comments": f"{random.randint(4, 60)} pages, {random.randint(1, 20)} figures"
        if random.random() < 0.7
        else None,
        "journal-ref": f"Phys.Rev.D{random.randint(1, 99)}:{random.randint(1, 99_999):06},2007" if published else None,
        "doi": f"10.1103/PhysRevD.{random.randint(1, 99)}.{random.randint(1, 99_999):06}" if published else None,
        "report-no": None,
        "categories": " ".join(paper.categories),
        "license": "http://arxiv.org/licenses/nonexclusive-distrib/1.0/",
        "abstract": f"  {paper.abstract}\n",
        "versions": versions,
        "update_date": paper.published.isoformat(),
        "authors_parsed": [[name.split()[1], name.split()[0], ""] for name in paper.authors],
    }


if __name__ == "__main__":
    print(f"{write(sys.argv[2], int(sys.argv[1])):,} bytes of text")
