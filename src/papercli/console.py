"""The three streams. Papers go to standard output; everything said about them goes to standard error.

What was chosen by flag and environment (colour, width, pager) is answered here and nowhere else.
"""

from __future__ import annotations

import os

from papercli.errors import OutputError
from papercli.text import line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Any, TextIO

    from papercli.errors import PapercliError

LONGEST = 25_000  # characters of a note: a query may be nearly as long
NARROWEST, WIDEST = 20, 500


class Console:
    """`color` is "auto", "always" or "never"; `pager` and `quiet` are the reader's flags.

    With `setting`, which gives settings by name, `output.color` counts instead of `color`.
    """

    def __init__(
        self,
        out: TextIO,
        err: TextIO | None,
        environ: Mapping[str, str],
        *,
        color: str = "auto",
        pager: bool = True,
        quiet: bool = False,
        plain: bool = False,
        setting: Callable[[str], Any] | None = None,
    ) -> None:
        self._out, self._err, self._environ = out, err, environ
        self._color, self._pager, self._quiet, self._plain = color, pager, quiet, plain
        self._setting = setting
        self.has_shown = False
        """Something was written to standard output."""

        self.json = False
        """Notes and failures are JSON, one object a line, because standard output is."""

    @property
    def is_terminal(self) -> bool:
        """Whether standard output is a terminal."""
        return self._out.isatty()

    @property
    def plain(self) -> bool:
        """No colour, no links, no signs beyond letters: for a screen reader or a terminal that can do nothing."""
        accessible = self._environ.get("ACCESSIBLE", "") not in ("", "0", "false")
        return self._plain or accessible or self._environ.get("TERM") == "dumb"

    @property
    def color(self) -> bool:
        """Whether to colour standard output. The flag beats the environment (no-color.org, bixense.com/clicolors)."""
        wish = self._setting("output.color") if self._setting else self._color
        if wish != "auto":
            return bool(wish == "always")
        if self._environ.get("NO_COLOR"):
            return False
        if any(self._environ.get(name, "0") not in ("", "0") for name in ("CLICOLOR_FORCE", "FORCE_COLOR")):
            return True
        return self.is_terminal and not self.plain and self._environ.get("CLICOLOR") != "0"

    @property
    def links(self) -> bool:
        """Whether to write OSC 8 hyperlinks: only for a terminal, where colour is wanted, that is not known to
        print them as rubbish."""
        environ = self._environ
        return self.is_terminal and self.color and not self.plain and environ.get("TERM", "") not in ("", "linux")

    @property
    def unicode(self) -> bool:
        """Whether standard output can hold what letters cannot say, such as arrows and stars."""
        encoding = (getattr(self._out, "encoding", "") or "ascii").lower().replace("-", "")
        return encoding.startswith("utf") and not self.plain

    @property
    def width(self) -> int:
        """Columns: COLUMNS, else the terminal's, else 80."""
        return max(NARROWEST, min(WIDEST, self._size("COLUMNS", 0, 80)))

    @property
    def height(self) -> int:
        """Rows: LINES, else the terminal's, else 24."""
        return self._size("LINES", 1, 24)

    def _size(self, variable: str, index: int, default: int) -> int:
        given = self._environ.get(variable, "")
        if given.isascii() and given.isdigit() and int(given[:6]) > 0:
            return int(given[:6])
        try:
            return os.get_terminal_size(self._out.fileno())[index] or default
        except (OSError, ValueError, AttributeError):
            return default

    def show(self, pieces: str | Iterable[str], *, paged: bool = False, whole: bool = False) -> None:
        """Write what was rendered, each piece as it comes, or with `whole` not before all of them are there. With
        `paged`, through the pager when it does not fit the terminal.

        Raises OutputError when it cannot be written, BrokenPipeError when the reader of a pipe has gone.
        """
        coming = iter((pieces,) if isinstance(pieces, str) else pieces)
        if whole:
            coming = self._held(coming)
        if paged and self._pager and self.is_terminal:
            first = self._screen(coming)
            if first.count("\n") >= self.height:
                from papercli.system.pager import page

                self.has_shown = True
                if page(first, coming, self._environ, self._setting("output.pager") if self._setting else None):
                    return
            self._write(first)
        for piece in coming:
            self._write(piece)

    def _held(self, coming: Iterator[str]) -> Iterator[str]:
        """The pieces when all of them are there; many of them from a file that nobody else sees. Raises OutputError."""
        first, second = next(coming, ""), next(coming, None)
        if second is None:
            yield first
            return
        self.has_shown = True  # so much is known that to go on without the library would be a lie
        from tempfile import SpooledTemporaryFile

        try:
            with SpooledTemporaryFile(IN_MEMORY, "w+", encoding="utf-8", newline="") as file:
                file.write(first + second)
                for piece in coming:  # `writelines` would hold all of them before it looks how many they are
                    file.write(piece)
                file.seek(0)
                while piece := file.read(PIECE):
                    yield piece
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise OutputError(f"the output cannot be put together in a temporary file: {reason}") from error

    def _screen(self, coming: Iterator[str]) -> str:
        """The first pieces, more than a screen of them if there are so many."""
        first, lines = [], 0
        for piece in coming:
            first.append(piece)
            lines += piece.count("\n")
            if lines >= self.height:
                break
        return "".join(first)

    def _write(self, text: str) -> None:
        self.has_shown = True
        try:
            buffer = getattr(self._out, "buffer", None)
            if buffer is None:
                self._out.write(text)
            else:
                # Machine formats are UTF-8 whatever the locale (RFC 8259); a terminal gets what it can draw.
                encoding = (self._out.encoding or "utf-8") if self.is_terminal else "utf-8"
                self._out.flush()
                buffer.write(text.encode(encoding, "replace"))
            self._out.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise OutputError(f"the output cannot be written: {reason}") from error

    def note(self, kind: str, message: str) -> None:
        """Tell the person something beside the papers, unless they asked for quiet."""
        if not self._quiet:
            words = line(message, LONGEST)
            self._tell({"note": {"kind": kind, "message": words}}, f"papers: {words}")

    def fail(self, error: PapercliError) -> None:
        """Say why it did not work: one line, and at most one of advice, which shows the place where there is one."""
        message, hint = line(str(error), LONGEST), line(error.hint)
        advice = f"\nhint: {hint}" if hint else ""
        if error.place:
            shown, column = excerpt(*error.place)
            blanks = " " * (len("papers: ") + cells(message) + 2 + column - len("hint: "))
            message, advice = f"{message}: {shown}", f"\nhint: {blanks}^ {hint}".rstrip()
        told = {"code": error.exit_code, "kind": error.kind, "message": message, "hint": hint or None}
        self._tell({"error": told}, f"papers: {message}{advice}")

    def _tell(self, data: dict[str, object], words: str) -> None:
        if self.json:
            import json

            words = json.dumps(data, ensure_ascii=False)
        try:
            if self._err is not None:
                encoding = self._err.encoding or "utf-8"
                self._err.write(words.encode(encoding, "replace").decode(encoding) + "\n")
                self._err.flush()
        except OSError:
            pass  # there is nobody left to tell


IN_MEMORY, PIECE = 1 << 20, 1 << 16  # characters, roughly bytes
EXCERPT = 30  # characters on either side of the place where something went wrong


def excerpt(text: str, at: int) -> tuple[str, int]:
    """The part of `text` around the character `at`, and the cell of that part in which this character stands."""
    first, last = max(0, at - EXCERPT), at + EXCERPT
    before = ("…" if first else "") + text[first:at]
    return before + text[at:last] + ("…" if last < len(text) else ""), cells(before)


def cells(text: str) -> int:
    """Columns that the text takes on a terminal, by its letters' widths (Unicode's annex 11)."""
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width

    # Marks and joiners take none, those that stand above Thai letters too.
    seen = (letter for letter in text if category(letter) not in ("Mn", "Me", "Cf"))
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in seen)
