"""arXiv: what to ask its query API and its daily announcements, and how to read what they answer.

The API is told at https://info.arxiv.org/help/api/user-manual.html, the announcements at https://info.arxiv.org/help/
rss.html. `arxiv_query` makes questions of expressions, `atom` and `announced` read the answers.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote_plus

from papercli.dates import spoken
from papercli.errors import BadRequest
from papercli.identify import paper_id
from papercli.request import Request
from papercli.sources import Page, Source
from papercli.sources.announced import is_announcement, paper_of_item, read_announcement
from papercli.sources.announced import refusal as announced_refusal
from papercli.sources.arxiv_query import category_of, question
from papercli.sources.atom import paper_of, read_page
from papercli.sources.atom import refusal as atom_refusal
from papercli.value import changed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from papercli.expression import Expression
    from papercli.manuscript import Text
    from papercli.paper import Paper

LANE = "arxiv.org"
HITS = 100  # of a search, unless more are asked for
SLICE = 2_000  # the most of one answer
WINDOW = 30_000  # results beyond it are refused
TOGETHER = 3
"""Categories in one question for announcements. Each question has to wait three seconds after the last, and its answer
ends at 2,000 papers; three of the largest categories stay below that on most days."""

HALF_AN_HOUR, DAY = 1_800, 86_400


class Arxiv(Source):
    """`endpoint` and `rss` are base URLs without a trailing slash. `category` is the one whose announcements are meant,
    `among` are those that are wanted besides, which are asked for together."""

    batch = 100  # identifiers in one address

    def __init__(self, endpoint: str, rss: str, category: str = "", among: Sequence[str] = ()) -> None:
        self._endpoint, self._rss = endpoint, rss
        self._category = category_of(category) if category else ""
        self._together = _together(self._category, [category_of(each) for each in among])

    @classmethod
    def of(cls, environ: Mapping[str, str], feed: str, feeds: Sequence[str]) -> Arxiv:
        """At the places that the environment names; `feed` is `arxiv` or `arxiv:CATEGORY`."""
        from papercli.endpoints import arxiv

        among = [each.partition(":")[2] for each in feeds if each.startswith("arxiv:")]
        return cls(*arxiv(environ), feed.partition(":")[2], among)

    # What to ask

    def newest(self, fresh: int) -> Request:
        """The newest announcement in the category, with those that are wanted besides."""
        if not self._category:
            raise BadRequest("arXiv's listings are by category", hint="for example --source arxiv:cs.CL")
        return self.announcement(self._together, fresh)

    def announcement(self, categories: Sequence[str], fresh: int) -> Request:
        """The newest announcement in these categories, or archives, together."""
        names = "+".join(map(category_of, categories))
        return Request(f"{self._rss}/rss/{names}", fresh, accept="application/rss+xml", lane=LANE)

    def search(
        self, expression: Expression, fresh: int, *, newest: bool = False, start: int = 0, most: int = HITS
    ) -> Request | None:
        """Results `start` to `start + most` of what `expression` means or more, best first, or those submitted last;
        None when arXiv can say nothing of it, or answers no further. See `arxiv_query` for what is asked."""
        asked = question(expression)
        most = min(most, SLICE, WINDOW - start)
        if asked is None or most < 1:
            return None
        query = {"search_query": asked.query, "id_list": ",".join(asked.ids)}
        order = {"sortBy": "submittedDate" if newest else "relevance", "sortOrder": "descending"}
        return self._ask({**query, "start": str(start), "max_results": str(most), **order}, fresh)

    def papers(self, ids: Sequence[str], fresh: int) -> Request:
        """Up to `batch` papers by their identifiers, each in its newest version. Raises BadRequest for what is none."""
        bare = list(dict.fromkeys(map(paper_id, ids)))
        if not 1 <= len(bare) <= self.batch:
            raise ValueError(f"{len(bare)} papers in one question, not 1 to {self.batch}")
        return self._ask({"id_list": ",".join(bare), "start": "0", "max_results": str(len(bare))}, fresh)

    def texts(self, id: str, fresh: int) -> Sequence[Request]:
        """The text as HTML: on the host that is meant for programs (https://info.arxiv.org/help/bulk_data.html), and
        where that one does not have it, on the one for people."""
        from papercli.endpoints import ARXIV
        from papercli.sources.texts import LARGEST

        addresses = [f"{self._endpoint}/html/{paper_id(id)}"]
        addresses += [f"https://arxiv.org/html/{paper_id(id)}"] * (self._endpoint == ARXIV)
        how: dict[str, Any] = {"accept": "text/html", "largest": LARGEST["html"], "lane": LANE}
        return [Request(address, fresh, **how) for address in addresses]

    def pdf(self, id: str, version: int | None = None) -> Request:
        """The PDF of a paper, of its newest version unless another is named. Raises BadRequest for what is no id."""
        which = f"{paper_id(id)}v{version}" if version else paper_id(id)
        return Request(f"{self._endpoint}/pdf/{which}", 0, accept="application/pdf", lane=LANE)

    def page(self, request: Request, number: int) -> Request:
        """Page `number` (from 0) of a search; announcements have one."""
        size = re.search(r"[?&]max_results=(\d+)", request.url)
        start = f"start={number * int(size[1])}" if size else ""
        return changed(request, url=re.sub(r"(?<=[?&])start=\d+", start, request.url)) if size else request

    def _ask(self, query: dict[str, str], fresh: int) -> Request:
        # A blank is a plus sign, and a plus sign is %2B: the other way round nothing is found.
        words = "&".join(
            f"{name}={quote_plus(said, safe=':*,/', errors='replace')}" for name, said in query.items() if said
        )
        return Request(f"{self._endpoint}/api/query?{words}", fresh, accept="application/atom+xml", lane=LANE)

    # What was answered

    def read(self, body: bytes) -> Page:
        """The papers of a search, or those announced in the category. Raises Unreadable when it is neither."""
        if not is_announcement(body):
            return read_page(body)
        said = read_announcement(body)
        alone = len(self._together) == 1  # then it is arXiv who says how, and nothing need be told apart
        found = ((item.paper, item.kind if alone else item.kind_in(self._category)) for item in said.items)
        papers = tuple(
            changed(paper, announce=kind.removesuffix("-cross"), submitted=said.at)
            for paper, kind in found
            if kind is not None
        )
        return Page(papers, skipped=said.skipped, day=said.day.isoformat())

    def read_text(self, body: bytes, id: str) -> Text:
        """The text as HTML. Raises Unreadable when `body` is another page."""
        from papercli.sources.texts import html

        return html(body, f"https://arxiv.org/html/{id}")

    def read_row(self, row: bytes) -> Paper | None:
        """The paper of an entry or an item as it was answered."""
        element = json.loads(row)
        return paper_of_item(element) if element[0] == "item" else paper_of(element)

    def refusal(self, body: bytes) -> str:
        """The words of an answer that says what was wrong with the question, as those of status 400 do; else ""."""
        return announced_refusal(body) if is_announcement(body) else atom_refusal(body)

    # When

    def fresh(self, day: date, now: float) -> int:
        """Seconds for which an announcement of `day` is the newest: over a weekend all of it, and half an hour when
        the next one is due."""
        return 4 * DAY if day >= _due(now) else HALF_AN_HOUR

    def late(self, day: date, now: float) -> str:
        """That today's announcement is not out, or that the feed has stood still."""
        due = _due(now)
        return f"arXiv's announcement of {spoken(due)} is not out yet" if day < due and not self.quiet(now) else ""

    def quiet(self, now: float) -> str:
        """That it is the weekend, in New York."""
        return "arXiv announces nothing on weekends" if _new_york(now).weekday() > 4 else ""


def _together(category: str, among: Sequence[str]) -> list[str]:
    """The categories to ask for at once, for this one: the same for each of them."""
    each = sorted({category, *among} - {""})
    at = each.index(category) // TOGETHER * TOGETHER if category else 0
    return each[at : at + TOGETHER]


def _due(now: float) -> date:
    """The day of the newest announcement there can be: a weekday, which begins at midnight in New York."""
    day = _new_york(now).date()
    return day - timedelta(max(day.weekday() - 4, 0))


def _new_york(now: float) -> datetime:
    """The time there, without a zone: summer time is from the second Sunday of March to the first of November, at two
    (15 U.S.C. 260a). Not every system knows its zones."""
    utc = datetime.fromtimestamp(now, UTC).replace(tzinfo=None)
    begins = _sunday(utc.year, 3, 8) + timedelta(hours=7)
    ends = _sunday(utc.year, 11, 1) + timedelta(hours=6)
    return utc - timedelta(hours=4 if begins <= utc < ends else 5)


def _sunday(year: int, month: int, day: int) -> datetime:
    """The first Sunday from that day on."""
    first = datetime(year, month, day)
    return first + timedelta((6 - first.weekday()) % 7)
