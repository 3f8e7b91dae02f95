"""What is written down when the program is at fault, so that it can be mended."""

from __future__ import annotations

import os
import traceback

from papercli.system import folders
from papercli.system.opening import NO_LINK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from papercli.app import App


def logged(error: Exception, app: App) -> str:
    """Write the traceback (without the values of variables) to the crash log, readable by its owner only.

    Returns a hint that says where it is, or that it could not be written.
    """
    from papercli import __version__

    try:
        path = os.path.join(app.folder("state"), "crash.log")
        text = f"papercli {__version__}\n{''.join(traceback.format_exception(error))}"
        folders.make(os.path.dirname(path))
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | NO_LINK, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
    except Exception:  # nothing comes after this that could tell of it
        return "run it again with PAPERCLI_DEBUG=1 to see where"
    return f"please report it with {path}"
