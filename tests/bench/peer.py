"""What start-up is compared with: `hf papers ls` of huggingface_hub, in a virtual environment of its own."""

from __future__ import annotations

import os
import subprocess
import sys

from processes import Failed

RELEASE = "huggingface_hub==2.4.0"


def installed(folder: str) -> str:
    """The path of an `hf` that was just installed into `folder` by pip, from the index that pip is set up with.

    Raises Failed when that cannot be done.
    """
    pip = [os.path.join(folder, "bin", "python"), "-m", "pip", "--quiet", "--disable-pip-version-check"]
    for command in ([sys.executable, "-m", "venv", folder], [*pip, "install", RELEASE]):
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode:
            raise Failed(f"{RELEASE} cannot be installed: {done.stderr.strip()[-500:]}")
    return os.path.join(folder, "bin", "hf")


def settled(home: str) -> str:
    """HF_HOME in which the list of agent harnesses that `hf` asks its hub for once a day is there already.

    The hub of this benchmark has none, and without one `hf` would ask for it in every run. Its other daily checks are
    done by the first run, which is not measured.
    """
    os.makedirs(home)
    with open(os.path.join(home, ".agent_harnesses.json"), "w", encoding="ascii") as file:
        file.write('{"standardEnvVars": [], "harnesses": {}}')
    return home
