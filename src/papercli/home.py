"""Where this run keeps its things: the reader's own folders, those of the made-up feed, or ones that end with it."""

from __future__ import annotations

from papercli.errors import BadRequest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Home:
    """`environ` says where; with `demo` it is the made-up feed's own place. `note(kind, text)` hears of trouble."""

    def __init__(self, environ: Mapping[str, str], note: Callable[[str, str], None], *, demo: bool) -> None:
        self._environ, self._note, self._demo = environ, note, demo
        self._other = ""  # where everything is, when it is not where the environment says

    @property
    def lasts(self) -> bool:
        """Whether what is kept there is there for the next run."""
        return self._demo or not self._other

    def folder(self, kind: str) -> str:
        """Absolute path of the "config", "data", "cache" or "state" folder. Where the system names no home, one that
        lasts as long as this run, in memory at the worst, and the reader is told."""
        from papercli.system.paths import NOWHERE, folder

        if self._demo and not self._other:
            from papercli.sample import home

            self._other = home()
        if not self._other:
            try:
                return folder(kind, self._environ)
            except BadRequest as error:
                self._other = self._scratch(str(error)) or NOWHERE
        # Settings and topics that would be gone after this run are not taken in the first place.
        kept = self._other if self.lasts or kind != "config" else NOWHERE
        return folder(kind, {"PAPERCLI_HOME": kept})

    def _scratch(self, reason: str) -> str:
        import atexit
        import shutil
        import tempfile

        self._note("home", f"{reason}; this run keeps nothing")
        try:
            home = tempfile.mkdtemp(prefix="papercli-")
        except OSError:
            return ""
        atexit.register(shutil.rmtree, home, ignore_errors=True)
        return home
