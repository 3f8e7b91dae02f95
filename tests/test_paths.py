"""Where things live: by our own hand on Linux, and the same as platformdirs says, in every environment tried."""

from __future__ import annotations

import itertools
import os
import sys
from pathlib import Path

import platformdirs
import pytest

from papercli.errors import BadRequest
from papercli.system.paths import NAME, folder

KINDS = ("config", "data", "cache", "state")
THEIRS = {
    "config": platformdirs.user_config_dir,
    "data": platformdirs.user_data_dir,
    "cache": platformdirs.user_cache_dir,
    "state": platformdirs.user_state_dir,
}
XDG = {"XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"}
VALUES = (None, "", "/somewhere/else", "relative/folder", "/with space/é", "/trailing/")
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere it is platformdirs itself")


def environment(monkeypatch: pytest.MonkeyPatch, **given: str | None) -> dict[str, str]:
    """This process's environment with these values, None for unset; and none of the other XDG ones."""
    for name in XDG | {"PAPERCLI_HOME"}:
        monkeypatch.delenv(name, raising=False)
    for name, value in given.items():
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    return dict(os.environ)


@linux
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("xdg", "home"), list(itertools.product(VALUES, ("/home/someone", "/h/", None))))
def test_it_is_where_platformdirs_puts_it(
    monkeypatch: pytest.MonkeyPatch, kind: str, xdg: str | None, home: str | None
) -> None:
    environ = environment(monkeypatch, HOME=home, **{f"XDG_{kind.upper()}_HOME": xdg})
    # The XDG specification says to ignore a relative path; platformdirs takes it.
    if xdg == "relative/folder":
        monkeypatch.delenv(f"XDG_{kind.upper()}_HOME")
    assert os.path.normpath(folder(kind, environ)) == os.path.normpath(THEIRS[kind](NAME, appauthor=False))


@linux
@pytest.mark.parametrize("kind", KINDS)
def test_one_variable_moves_one_kind_only(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    plain = environment(monkeypatch, HOME="/home/someone")
    moved = {**plain, f"XDG_{kind.upper()}_HOME": "/else"}
    assert [each for each in KINDS if folder(each, moved) != folder(each, plain)] == [kind]


def test_one_folder_can_hold_all_four(tmp_path: Path) -> None:
    environ = {"PAPERCLI_HOME": str(tmp_path), "XDG_DATA_HOME": "/else", "HOME": "/home/someone"}
    assert [folder(kind, environ) for kind in KINDS] == [str(tmp_path / kind) for kind in KINDS]


def test_a_relative_home_counts_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert folder("data", {"PAPERCLI_HOME": "mine"}) == str(tmp_path / "mine" / "data")
    assert os.path.isabs(folder("data", {"PAPERCLI_HOME": "."}))


def test_an_empty_home_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    environ = environment(monkeypatch, HOME="/home/someone")
    assert folder("data", {**environ, "PAPERCLI_HOME": ""}) == folder("data", environ)


@linux
@pytest.mark.parametrize("home", ["", "relative", None])
def test_without_a_home_the_one_of_the_login_counts(monkeypatch: pytest.MonkeyPatch, home: str | None) -> None:
    import pwd

    environ = environment(monkeypatch, HOME=home)
    expected = os.path.join(pwd.getpwuid(os.getuid()).pw_dir, ".local/share", NAME)
    assert folder("data", environ) == expected


@linux
def test_where_nothing_says_where_it_is_a_usage_error_with_a_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("papercli.system.paths._login", lambda: "")
    with pytest.raises(BadRequest) as failure:
        folder("data", {"HOME": "relative"})
    assert "PAPERCLI_HOME" in failure.value.hint
