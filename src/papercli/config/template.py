"""config.toml as `papers config init` writes it, and each setting as TOML."""

from __future__ import annotations

from papercli.config import SETTINGS
from papercli.config.edit import toml

HEAD = """\
# Settings of papers. Lines that begin with # say what holds without them: take the # away, and change the value.
# A flag beats an environment variable (PAPERCLI_OUTPUT_FORMAT for output.format), and that beats this file.
"""


def template() -> str:
    """A config.toml that sets nothing and shows everything."""
    lines, section = [HEAD], ""
    for setting in SETTINGS:
        begun, _, key = setting.name.rpartition(".")
        if begun != section:
            lines.append(f"[{begun}]\n")
            section = begun
        what = f": {', '.join(setting.choices)}" if setting.choices else ""
        shown = setting.example if setting.default is None else setting.default
        lines.append(f"# {setting.about}{what}.\n# {key} = {toml(shown)}\n")
    return "\n".join(lines)
