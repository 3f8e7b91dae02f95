"""Names for files, made of what strangers wrote: good on every system, and never anywhere but where they should be."""

from __future__ import annotations

import re

from papercli.errors import BadRequest
from papercli.text import line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

FIELDS = ("id", "title", "author", "year")
LONGEST = 200
"""Bytes of a name in UTF-8, its ending included: most systems take 255, and some add to it while they copy."""

_RESERVED = r"(?i)(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9¹²³])"
"""Names that are devices on Windows, whatever their ending."""

_REPLACED = {":": " -", '"': "'", "/": "_", "\\": "_", "|": "_", "<": "_", ">": "_", "?": "", "*": "", "\ufffd": ""}


def safe(text: str) -> str:
    """`text` as part of a file's name: one line in NFC without what a path, a shell's pattern or Windows reads."""
    from unicodedata import normalize

    replaced = "".join(_REPLACED.get(sign, sign) for sign in line(text, 2_000) if sign.isprintable())
    return normalize("NFC", " ".join(replaced.split()))


def named(template: str, ending: str, fields: Mapping[str, str]) -> str:
    """The name that `template` gives, such as "{id} {title}", with `ending`; at most LONGEST bytes, the title cut.

    Fields that are not known are "". Raises BadRequest as `checked`, and when the template alone is too long.
    """
    checked(template)
    values = {name: safe(fields.get(name, "")) for name in FIELDS}
    values["author"] = _cut(values["author"], 60)
    room = LONGEST - len((_filled(template, {**values, "title": "x"}) + ending).encode())  # a "_" may come before it
    values["title"] = _cut(values["title"], max(room, 0))
    name = _tidy(_filled(template, values), ending)
    if values["id"] not in name:
        raise BadRequest("pdf.name is too long to hold {id}", hint='pdf.name = "{id} {title}"')
    return name


def pattern(template: str, ending: str, id: str) -> str:
    """A regular expression for the names that `template` gives the paper `id`, whatever it is called."""
    own = rf"(?<![0-9.]){re.escape(safe(id))}(?![0-9v])"
    before = "_?" if template.startswith("{id}") else ".*"
    after = "" if template.endswith("{id}") else ".*"
    return f"{before}{own}{after}{re.escape(ending)}"


def checked(template: str) -> str:
    """The template itself. Raises BadRequest when it names no field that there is, or not the id."""
    unknown = [name for name in re.findall(r"\{([^}]*)\}?", template) if name not in FIELDS]
    if unknown or template.count("{") != template.count("}"):
        raise BadRequest(
            f"pdf.name has no field “{line(unknown[0] if unknown else '}', 40)}”",
            hint=f"fields are {', '.join('{' + name + '}' for name in FIELDS)}",
        )
    if "{id}" not in template:
        raise BadRequest("pdf.name must hold {id}: two papers may have one title", hint='pdf.name = "{id} {title}"')
    return template


def _filled(template: str, values: Mapping[str, str]) -> str:
    apart = template.replace("}{", "} {")  # or nobody could tell where the id ends
    filled = re.sub(r"\{([a-z]+)\}|([^{]+)", lambda part: values[part[1]] if part[1] else _literal(part[2]), apart)
    return " ".join(filled.split())


def _literal(text: str) -> str:
    return "".join(_REPLACED.get(sign, sign) for sign in text if sign.isprintable())


def _tidy(name: str, ending: str) -> str:
    """Without dots, dashes and blanks where they would hide it, or be an option; never a device's name."""
    name = _cut(name.strip(" .-~"), LONGEST - len(ending.encode()) - 1).strip(" .-~")
    if not name:
        raise BadRequest("pdf.name gives an empty name")
    return f"{'_' if re.fullmatch(_RESERVED, name.partition('.')[0].strip()) else ''}{name}{ending}"


def _cut(text: str, most: int) -> str:
    """The beginning of `text` that takes at most `most` bytes, whole characters only."""
    return text.encode()[:most].decode("utf-8", "ignore").rstrip(" .-")
