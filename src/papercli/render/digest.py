"""A digest as text and as Markdown: the papers of some days in sections, one for each followed topic."""

from __future__ import annotations

from papercli.render import View, with_mathematics
from papercli.render.document import BETWEEN
from papercli.render.markdown import paper as markdown_paper
from papercli.render.markdown import plain
from papercli.render.text import heading
from papercli.render.text import paper as text_paper
from papercli.value import changed, value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from papercli.paper import Entry


@value
class Section:
    """Some papers of a digest."""

    title: str
    entries: tuple[Entry, ...]
    left_out: int = 0
    """How many more there are."""

    more: str = ""
    """What shows those."""


@value
class Digest:
    """What there is to read."""

    title: str
    sections: tuple[Section, ...]
    remarks: tuple[str, ...] = ()
    """Sentences about it, such as that something is missing."""

    @property
    def entries(self) -> list[Entry]:
        """All papers in the order in which they stand."""
        return [entry for section in self.sections for entry in section.entries]


END = "papers show ID tells all about a paper, papers star ID keeps it."


def headed(section: Section) -> str:
    """A section's title with how many papers it holds."""
    many = len(section.entries) + section.left_out
    return f"{section.title}{BETWEEN}{len(section.entries)}{f' of {many:,}' if section.left_out else ''}"


def left_out(section: Section) -> str:
    """That there are more, and what shows them; "" when there are none."""
    return f"and {section.left_out:,} more: {section.more}" if section.left_out else ""


def text(digest: Digest, whole: bool = False) -> str:
    """As plain text of 72 columns, every paper with its number; with `whole`, abstracts too."""
    lines, row = [*heading(digest.title, "="), *digest.remarks], 0
    for section in digest.sections:
        lines += ["", *heading(headed(section), "-")]
        for entry in section.entries:
            row += 1
            lines += ["", *text_paper(entry, row, whole=whole)]
        lines += ["", f"   {left_out(section)}"] if section.left_out else []
    return "".join(f"{line}\n" for line in [*lines, "", END])


def markdown(digest: Digest, whole: bool = False) -> str:
    """As Markdown: a heading for each section, one below it for each paper; with `whole`, abstracts too."""
    blocks = [f"# {plain(digest.title)}", *map(plain, digest.remarks)]
    for section in digest.sections:
        papers = [markdown_paper(entry, View(abstract=whole), level=3) for entry in section.entries]
        blocks += [f"## {plain(headed(section))}", *papers, plain(left_out(section))]
    return "\n\n".join(filter(None, [*blocks, END])) + "\n"


def _drawn(section: Section, format: str) -> Section:
    how = View(abstract=True)
    return changed(section, entries=tuple(with_mathematics(entry, format, how) for entry in section.entries))


def document(digest: Digest, format: str, *, whole: bool = False) -> str:
    """As "text", "md" or "html"; with `whole`, abstracts too. Where people look at it, mathematics is drawn."""
    if format != "md":
        digest = changed(digest, sections=tuple(_drawn(section, format) for section in digest.sections))
    if format == "html":
        from papercli.render.inline import html

        return html(digest, whole)
    return (markdown if format == "md" else text)(digest, whole)
