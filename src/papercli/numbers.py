"""The number of a paper in the library: from its arXiv identifier, so that a larger number is a later paper.

arXiv counts its papers month by month. A number that follows this count makes "newest first" the order in which the
word index is read anyway, however many papers there are, and needs nobody to keep it.
"""

from __future__ import annotations

import zlib

# Their places never change, since numbers in libraries are made of them; a new one comes at the end.
_ARCHIVES = (
    "acc-phys", "adap-org", "alg-geom", "ao-sci", "astro-ph", "atom-ph", "bayes-an", "chao-dyn", "chem-ph", "cmp-lg",
    "comp-gas", "cond-mat", "cs", "dg-ga", "econ", "eess", "funct-an", "gr-qc", "hep-ex", "hep-lat", "hep-ph", "hep-th",
    "math", "math-ph", "mtrl-th", "nlin", "nucl-ex", "nucl-th", "patt-sol", "physics", "plasm-ph", "q-alg", "q-bio",
    "q-fin", "quant-ph", "solv-int", "stat", "supr-con",
)  # fmt: skip
_FIVE_DIGITS = 1 << 22  # `0704.0001` and `0704.00001` are two identifiers
_OLD = 1 << 23


def numbered(id: str) -> int:
    """The number of the paper with this bare identifier: year and month, then its place in the month's count.

    Positive and the same at all times for what is an identifier (https://info.arxiv.org/help/arxiv_identifier.html);
    anything else gets a negative number.
    """
    archive, slash, old = id.partition("/")
    digits = old if slash else id.replace(".", "", 1)
    new = not slash and id[4:5] == "." and len(digits) in (8, 9)
    if not (digits.isascii() and digits.isdigit() and (new or (archive in _ARCHIVES and len(digits) == 7))):
        return -1 - (zlib.crc32(id.encode("utf-8", "replace")) << 16 | len(id) & 0xFFFF)
    year, month = int(digits[:2]), int(digits[2:4])
    period = (year + (1900 if year > 90 else 2000)) * 100 + month
    if new:
        return period << 24 | (_FIVE_DIGITS if len(digits) == 9 else 0) | int(digits[4:])
    return period << 24 | _OLD | _ARCHIVES.index(archive) << 10 | int(digits[4:])
