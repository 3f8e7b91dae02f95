"""PDFs of the made-up papers: one page with title, authors and abstract, in the place of arXiv's."""

from __future__ import annotations

import textwrap

from papercli.identify import paper_id
from papercli.request import Reply
from papercli.sample import paper

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from papercli.network.download import Sink
    from papercli.request import Request

MARGIN, TOP = 72, 740  # points; a page of 612 by 792 of them (US Letter)


class Printer:
    """Stands in for `Network`: answers with a PDF, or 404 for a paper that the sample does not hold."""

    def download(
        self, request: Request, sink: Sink, *, seconds: float, most: int, begin: int = 0, validator: str = ""
    ) -> Reply:
        """See `Network.download`; nothing is sent anywhere."""
        found = paper(paper_id(request.url.rpartition("/pdf/")[2]))
        if found is None:
            return Reply(404, {}, b"", request.url)
        body = page_of(found["title"], [each["name"] for each in found["authors"]], found.get("summary") or "")
        reply = Reply(200, {"content-length": str(len(body)), "content-type": "application/pdf"}, b"", request.url)
        sink.begin(reply)
        sink.write(body)
        return reply

    def close(self) -> None:
        """There is nothing to close."""


def page_of(title: str, authors: list[str], abstract: str) -> bytes:
    """A PDF of one page (ISO 32000-1). Letters beyond Windows' Latin ones are question marks."""
    drawn = "\n".join(_drawn(title, authors, abstract)).encode("ascii")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
        b" /Resources << /Font << /B 5 0 R /R 6 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(drawn), drawn),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Times-Bold /Encoding /WinAnsiEncoding >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman /Encoding /WinAnsiEncoding >>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(b"%010d 00000 n \n" % len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, each)
    table = b"xref\n0 %d\n0000000000 65535 f \n%b" % (len(objects) + 1, b"".join(places))
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(body))
    return body + table + trailer


def _drawn(title: str, authors: list[str], abstract: str) -> Iterator[str]:
    """The page as text operators, line by line."""
    yield f"BT {MARGIN} {TOP} Td"
    for font, size, width, text in (
        ("R", 9, 110, "A made-up paper of the sample that comes with papercli"),
        ("B", 17, 52, title),
        ("R", 11, 90, ", ".join(authors)),
        ("R", 11, 90, abstract),
    ):
        yield f"/{font} {size} Tf {size * 1.3:.1f} TL"
        yield from (f"{_string(each)} Tj T*" for each in textwrap.wrap(text, width))
        yield "T*"
    yield "ET"


def _string(text: str) -> str:
    return f"<{text.encode('cp1252', 'replace').hex()}>"
