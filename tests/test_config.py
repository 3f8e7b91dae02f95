"""Settings: where each value comes from, what becomes of a wrong one, and a file changed without being spoilt."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import papercli
from conftest import Papers
from hub import Hub
from papercli.config import NAMED, SETTINGS, file_at
from papercli.config.edit import with_value
from papercli.config.places import places
from papercli.config.template import template
from papercli.errors import BadRequest
from test_start_up import imported

pexpect = pytest.importorskip("pexpect")
posix = pytest.mark.skipif(os.name != "posix", reason="modes and pipes of POSIX")
OTHERS = {
    "output.format": "ids",
    "output.theme": "light",
    "output.color": "never",
    "output.pager": "more -d",
    "listing.limit": "3",
    "listing.sort": "comments",
    "reading.marks_read": "true",
    "network.offline": "true",
    "reading.open_marks_read": "true",
    "pdf.folder": "~/papers",
    "pdf.name": "{year} {id}",
    "sources": "arxiv:cs.CL,hf",
    "digest.limit": "3",
    "mail.to": "you@example.org",
    "mail.from": "papers@example.org",
    "mail.host": "smtp.example.org",
    "mail.port": "2525",
    "mail.security": "tls",
    "mail.user": "you",
    "mail.password_command": "pass",
}
ALIKE = {name for name in OTHERS if name.startswith("mail.")} - {"mail.to", "mail.security"}
"""What is read and written as others are: one of each kind is looked at closely."""


@pytest.fixture
def file(home: Path) -> Path:
    """Where config.toml is; its folder is there, the file is not."""
    (home / "config").mkdir(parents=True)
    return home / "config" / "config.toml"


def settle(file: Path, text: str) -> None:
    """Write the file as if a while ago, when it is known to be the last word."""
    file.write_text(text, "utf-8")
    os.utime(file, (time.time() - 60, time.time() - 60))


def flat(tables: dict[str, Any]) -> dict[str, Any]:
    """What a file holds, by the names of the settings."""
    alone = {name: value for name, value in tables.items() if not isinstance(value, dict)}
    sections = {section: table for section, table in tables.items() if isinstance(table, dict)}
    return alone | {f"{section}.{key}": value for section, table in sections.items() for key, value in table.items()}


def refused(done: subprocess.CompletedProcess[str]) -> str:
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert re.fullmatch(r"papers: [^\n]+\n(hint: [^\n]+\n)?", done.stderr), done.stderr
    return done.stderr


def on_a_terminal(environ: dict[str, str], *words: str, **env: str) -> str:
    child = pexpect.spawn(
        sys.executable, ["-m", "papercli", *words], env={**environ, **env}, dimensions=(60, 100), encoding="utf-8",
        timeout=20,
    )  # fmt: skip
    return str(child.read())


# Where values come from


def test_the_settings_are_these() -> None:
    assert set(OTHERS) == set(NAMED)
    assert all(setting.default is None or setting.takes(setting.default) for setting in SETTINGS)


@pytest.mark.parametrize("name", sorted(set(OTHERS) - ALIKE))
def test_the_environment_beats_the_file_and_the_file_the_default(papers: Papers, file: Path, name: str) -> None:
    setting, variable = NAMED[name], "PAPERCLI_" + name.upper().replace(".", "_")
    default = {"None": "", "False": "false", "('hf',)": "hf"}.get(str(setting.default), str(setting.default))
    assert papers("config", "get", name).stdout == f"{default}\n"
    assert papers("config", "set", name, OTHERS[name]).returncode == 0
    assert papers("config", "get", name).stdout == f"{OTHERS[name]}\n"
    usual = {"number": "0", "flag": "0", "text": "cat", "list": "arxiv"}.get(setting.kind) or setting.choices[0]
    assert papers("config", "get", name, env={variable: usual}).stdout in (f"{usual}\n", "false\n")
    shown = {line.split(" = ")[0]: line.split("  # ")[1] for line in papers("config", "show").stdout.splitlines()
             if not line.startswith("#")}  # fmt: skip
    assert shown.pop(name) == f"{file}:{2 if '.' in name else 1}"
    assert set(shown.values()) == {"default"}
    assert f"# {variable}\n" in papers("config", "show", env={variable: usual}).stdout


def test_a_flag_beats_the_environment(papers: Papers) -> None:
    env = {"PAPERCLI_OUTPUT_COLOR": "always"}
    shown = papers("--color", "never", "--offline", "config", "show", env=env).stdout
    assert re.search(r'^output.color = "never" +# --color$', shown, re.MULTILINE)
    assert re.search(r"^network.offline = true +# --offline$", shown, re.MULTILINE)
    assert papers("--color", "auto", "config", "get", "output.color", env=env).stdout == "auto\n"


def test_what_show_prints_is_toml(papers: Papers, file: Path) -> None:
    papers("config", "set", "output.pager", 'less "-R" \\ é')
    shown = tomllib.loads(papers("config", "show").stdout)
    assert shown["output"]["pager"] == 'less "-R" \\ é'
    assert set(flat(shown)) == {"output.pager"} | {name for name in NAMED if NAMED[name].default is not None}


def test_show_keeps_the_words_of_a_secret_to_itself(papers: Papers, file: Path) -> None:
    papers("config", "set", "mail.password_command", "echo 'canary 4711'")
    shown = papers("config", "show")
    assert 'mail.password_command = "echo …"' in shown.stdout
    assert "canary" not in shown.stdout + shown.stderr
    assert papers("config", "get", "mail.password_command").stdout == "echo 'canary 4711'\n"


def test_a_listing_has_the_order_and_the_length_that_the_file_names(papers: Papers, file: Path) -> None:
    whole = papers("today", "-o", "ids").stdout.split()
    by_title = papers("today", "--sort", "title", "-o", "ids").stdout.split()
    settle(file, '[listing]\nsort = "title"\nlimit = 4\n')
    assert papers("today", "-o", "ids").stdout.split() == by_title[:4] != whole[:4]
    assert papers("today", "-o", "ids", "--sort", "rank", "-n0").stdout.split() == whole
    assert papers("today", "-o", "ids", "-n2", env={"PAPERCLI_LISTING_SORT": "rank"}).stdout.split() == whole[:2]


def test_offline_may_be_the_rule(papers: Papers, hub: Hub, file: Path) -> None:
    settle(file, "[network]\noffline = true\n")
    assert papers("today").returncode == 6
    assert hub.requests == []
    assert papers("today", env={"PAPERCLI_OFFLINE": "0"}).returncode == 0


@posix
def test_a_terminal_gets_the_format_and_the_colour_that_the_file_names(
    papers: Papers, environ: dict[str, str], file: Path
) -> None:
    ids, coloured = papers("today", "-o", "ids").stdout.split(), on_a_terminal(environ, "today", "--no-pager")
    settle(file, '[output]\nformat = "ids"\n')
    assert on_a_terminal(environ, "today").split() == ids
    assert papers("today").stdout.count("\t") > 10
    settle(file, '[output]\ncolor = "never"\n')
    assert "\x1b[" in coloured
    assert "\x1b[" not in on_a_terminal(environ, "today", "--no-pager")
    assert "\x1b[" in on_a_terminal(environ, "today", "--no-pager", "--color", "auto")


@posix
def test_the_pager_is_the_one_that_the_file_names(papers: Papers, environ: dict[str, str], file: Path) -> None:
    papers("today")
    settle(file, "[output]\npager = \"sed 's/^/paged: /'\"\n")
    assert on_a_terminal(environ, "today", "--abstract", PAGER="cat").count("paged: ") > 60
    assert "paged: " not in on_a_terminal(environ, "today", "--abstract", PAPERCLI_PAGER="")
    settle(file, '[output]\npager = ""\n')
    assert "paged: " not in on_a_terminal(environ, "today", "--abstract", PAGER="sed 's/^/paged: /'")


# What it costs

OPENED = """
import sys
opened = []
sys.addaudithook(lambda event, args: event == "open" and "config" in str(args[0]) and opened.append(args[0]))
from papercli.main import main
main(["today", "--json", "-q"])
sys.stdout.flush()
print(*[path for path in opened if str(path).endswith((".toml", "config.json"))], file=sys.stderr)
"""


def test_without_a_file_one_open_fails_and_that_is_all(papers: Papers, environ: dict[str, str], file: Path) -> None:
    papers("today")
    done = subprocess.run([sys.executable, "-c", OPENED], env=environ, capture_output=True, encoding="utf-8")
    assert done.stderr == f"{file}\n"
    assert not imported(environ, "today", "--json") & {"tomllib", "papercli.config.toml", "papercli.config.edit"}


def test_a_file_is_parsed_once(papers: Papers, environ: dict[str, str], file: Path) -> None:
    settle(file, "[listing]\nlimit = 4\n")
    papers("today")
    modules = imported(environ, "today", "--json")
    assert not modules & {"tomllib", "tomli_w", "papercli.config.toml", "papercli.config.places"}
    assert len(json.loads(papers("today", "--json").stdout)) == 4


def test_a_change_is_seen_at_once_even_of_the_same_length(papers: Papers, file: Path) -> None:
    for limit in ("1", "2", "3", "4"):
        file.write_text(f"[listing]\nlimit = {limit}\n")
        assert papers("config", "get", "listing.limit").stdout == f"{limit}\n"


@pytest.mark.parametrize("spoilt", [b"", b"{", b"[]", b"null", b'{"stamp": 1}', b"\xff" * 99, b"[" * 99_999])
def test_a_spoilt_copy_is_as_good_as_none(papers: Papers, home: Path, file: Path, spoilt: bytes) -> None:
    settle(file, "[listing]\nlimit = 4\n")
    papers("today", "-n1")
    copy = home / "state" / "config.json"
    kept = json.loads(copy.read_bytes())
    copy.write_bytes(spoilt)
    assert papers("config", "get", "listing.limit").stdout == "4\n"
    copy.write_text(json.dumps({**kept, "values": {"listing.limit": "; rm -rf", "no.such": 1}}))
    assert papers("config", "get", "listing.limit").stdout == "4\n"


# Wrong files

WRONG = {
    "[output]\nformat = \n": (2, "invalid value"),
    "[output]\ncolour = 'never'\n": (2, "output.color"),
    "format = 'json'\n": (1, "output.format"),
    "[outptu]\nformat = 'json'\n": (1, "output"),
    "\n\n[output]\n\nformat = 'xml'\n": (5, "one of cards"),
    "output.format = 3": (1, "one of cards"),
    "[listing]\n# how many\nlimit = -1\n": (3, "whole number"),
    "[listing]\nlimit = true\n": (2, "whole number"),
    "[listing]\nlimit = 9999999999\n": (2, "whole number"),
    "[network]\noffline = 'yes'\n": (2, "true or false"),
    "output = 'json'\n": (1, "table"),
    "[[output]]\nformat = 'json'\n": (1, "table"),
    "[output]\npager = 'a\\u0000'\n[output]\n": (3, "output"),
    '[output]\npager = "a\\u0000b"\n': (2, "text"),
    "x = 1\nx = 2\n": (2, "overwrite"),
    "a = " + "[" * 100_000: (1, ""),
    "a = " + "9" * 5_000: (1, ""),
    "\ufeff[output]\n": (1, "byte-order"),
    "[output]\nformat = 'json": (2, ""),
}


@pytest.mark.parametrize("text", WRONG, ids=lambda text: text[:30].encode("unicode_escape").decode())
def test_a_wrong_file_is_exit_2_with_its_line(papers: Papers, file: Path, text: str) -> None:
    line, words = WRONG[text]
    file.write_text(text, "utf-8")
    for command in (["today"], ["show", "2607.99001", "--json"], ["config", "show"], ["config", "validate"]):
        done = papers(*command)
        assert (done.returncode, done.stdout) == (2, ""), command
        assert f"{file}:{line}: " in done.stderr
        assert words in done.stderr
    assert papers("today", "--help").returncode == papers("--version").returncode == 0


def test_bytes_that_are_no_text_are_told_with_their_line(papers: Papers, file: Path) -> None:
    file.write_bytes(b"[output]\n\n# caf\xe9\n")
    assert f"{file}:3: is not UTF-8" in refused(papers("today"))
    file.write_bytes(b"#" * ((1 << 20) + 1))
    assert "longer than 1 MiB" in refused(papers("today"))


@posix
def test_what_is_no_file_is_told_and_never_waited_for(papers: Papers, file: Path) -> None:
    os.mkfifo(file)
    assert "is not a file" in refused(papers("today"))
    file.unlink()
    file.mkdir()
    assert "is not a file" in refused(papers("today"))
    assert "is not a file" in refused(papers("config", "set", "output.format", "json"))


def test_validate_tells_everything_that_is_wrong(papers: Papers, file: Path) -> None:
    assert papers("config", "validate").returncode == 0
    file.write_text("[output]\nfromat = 'json'\nthem = 'dark'\n[listing]\nlimit = 'x'\n")
    done = papers("config", "validate")
    assert done.returncode == 2
    assert [int(n) for n in re.findall(r"config\.toml:(\d+):", done.stderr)] == [3, 5, 2]
    assert "output.theme" in done.stderr
    assert "output.format" in done.stderr


def test_a_hundred_thousand_wrong_keys_take_no_minute(papers: Papers, file: Path) -> None:
    file.write_text("".join(f"k{n}=1\n" for n in range(100_000)))
    began = time.monotonic()
    assert f"{file}:1:" in refused(papers("today"))
    assert time.monotonic() - began < 20


@pytest.mark.parametrize(("variable", "text"), [
    ("PAPERCLI_OUTPUT_FORMAT", "xml"), ("PAPERCLI_LISTING_LIMIT", "many"), ("PAPERCLI_LISTING_SORT", "votes"),
    ("PAPERCLI_OUTPUT_COLOR", "yes"),
])  # fmt: skip
def test_a_wrong_variable_is_named(papers: Papers, variable: str, text: str) -> None:
    assert variable in refused(papers("config", "show", env={variable: text}))


# Changing it


def test_init_writes_a_file_that_sets_nothing_and_never_overwrites(papers: Papers, file: Path) -> None:
    before = papers("config", "show").stdout
    assert papers("config", "init").stdout == f"{file}\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 or os.name != "posix"
    assert papers("config", "show").stdout == before
    file.write_text("# mine\n")
    assert "is there already" in refused(papers("config", "init"))
    assert file.read_text() == "# mine\n"


def test_every_line_of_the_template_holds_what_it_shows() -> None:
    shown = tomllib.loads(re.sub(r"^# (\w+ = )", r"\1", template(), flags=re.MULTILINE))
    values = flat(shown)
    assert list(values) == list(NAMED)
    assert all(NAMED[name].takes(value) for name, value in values.items())
    assert values.pop("sources") == ["hf"] == list(NAMED["sources"].default)
    assert all(value == NAMED[name].default for name, value in values.items() if NAMED[name].default is not None)
    assert tomllib.loads(template()) == {
        "output": {}, "listing": {}, "reading": {}, "pdf": {}, "digest": {}, "mail": {}, "network": {},
    }  # fmt: skip


def test_set_changes_one_value_and_leaves_every_other_character(papers: Papers, file: Path) -> None:
    text = "# mine\n\n[output]   # here\nformat='json' # kept\r\n\ttheme = \"dark\"\n\n[listing]\nlimit = 3"
    file.write_text(text, newline="")
    os.chmod(file, 0o640)
    assert papers("config", "set", "output.format", "tsv").returncode == 0
    assert file.read_bytes().decode() == text.replace("'json'", '"tsv"')
    assert stat.S_IMODE(file.stat().st_mode) == 0o640 or os.name != "posix"
    papers("config", "set", "output.color", "never")
    assert '\ttheme = "dark"\ncolor = "never"' in file.read_text().replace("\r", "")
    papers("config", "set", "network.offline", "true")
    assert file.read_bytes().endswith(b"limit = 3\r\n\r\n[network]\r\noffline = true\r\n")
    assert tomllib.loads(file.read_text())["network"] == {"offline": True}


def test_a_new_key_stands_below_the_comment_that_shows_it(papers: Papers, file: Path) -> None:
    papers("config", "init")
    papers("config", "set", "listing.sort", "newest")
    assert '# sort = "rank"\nsort = "newest"\n' in file.read_text()
    assert file.read_text().replace('sort = "newest"\n', "") == template()


@pytest.mark.parametrize(("text", "line"), [
    ("[output\n", 1), ("\n[[output]]\n", 2), ("output = {color = 'auto'}\n", 1), ("# x\noutput = 3\n", 2),
    ('[output]\npager = """\nless"""\n', 2), ("[output]\nformat = [\n'json', # one\n]\n", 2),
])  # fmt: skip
def test_what_cannot_be_changed_safely_is_refused_with_its_line(
    papers: Papers, file: Path, text: str, line: int
) -> None:
    file.write_text(text)
    name, value = ("output.pager", "more") if "pager" in text else ("output.format", "json")
    assert f"{file}:{line}: " in refused(papers("config", "set", name, value))
    assert file.read_text() == text


def test_a_wrong_value_can_be_put_right(papers: Papers, file: Path) -> None:
    file.write_text("[output]\nformat = 'jsno'\n")
    assert papers("config", "set", "output.format", "json").returncode == 0
    assert papers("config", "get", "output.format").stdout == "json\n"


@posix
def test_a_link_stays_a_link(papers: Papers, file: Path, tmp_path: Path) -> None:
    real = tmp_path / "dotfiles.toml"
    real.write_text("# mine\n")
    file.symlink_to(real)
    assert papers("config", "set", "output.format", "json").returncode == 0
    assert file.is_symlink()
    assert tomllib.loads(real.read_text()) == {"output": {"format": "json"}}
    assert [path.name for path in tmp_path.glob("dotfiles*")] == ["dotfiles.toml"]


def test_of_many_at_once_none_is_lost(papers: Papers, file: Path) -> None:
    with ThreadPoolExecutor(7) as pool:
        done = list(pool.map(lambda pair: papers("config", "set", *pair), OTHERS.items()))
    assert [each.returncode for each in done] == [0] * len(OTHERS), [each.stderr for each in done]
    kept = tomllib.loads(file.read_text())
    assert set(flat(kept)) == set(OTHERS)


@pytest.mark.parametrize("words", [
    ["set", "output.format"], ["set", "output.format", "xml"], ["set", "listing.limit", "-1"],
    ["set", "network.offline", "maybe"], ["set", "output.fromat", "json"], ["get"], ["get", "nothing"],
    ["show", "output.format"], ["shwo"], [], ["set", "output.pager", "a\nb"],
])  # fmt: skip
def test_wrong_words_are_exit_2_and_change_nothing(papers: Papers, file: Path, words: list[str]) -> None:
    said = refused(papers("config", *words))
    assert not file.exists()
    if words[-1:] in (["shwo"], ["xml"]) or "output.fromat" in words:
        assert "did you mean" in said or "one of" in said


TOML = st.recursive(
    st.booleans() | st.integers(-(10**12), 10**12) | st.text(max_size=20) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from(["output", "listing", "format", "limit", "a b", "", 'q"\\', "é"]) | st.text(max_size=8)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])  # beside busy neighbours
@given(st.dictionaries(KEYS, st.dictionaries(KEYS, TOML, max_size=4) | TOML, max_size=4), st.booleans())
def test_every_value_is_found_where_it_stands(tables: dict[str, Any], multiline: bool) -> None:
    text = tomli_w.dumps(tables, multiline_strings=multiline)
    for place in places(text):
        held: Any = tomllib.loads(text)  # and not the tables, whose line ends TOML may change
        for part in place.path[:-1]:
            held = held[part] if isinstance(held, dict) else None
        if not place.header and isinstance(held, dict):  # and not a list of tables, which share a path
            wanted = held[place.path[-1]]
            assert tomllib.loads(f"x = {text[place.start : place.end]}")["x"] == wanted
            assert text.count("\n", 0, place.start) + 1 == place.line


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])  # beside busy neighbours
@given(
    st.dictionaries(KEYS, st.dictionaries(KEYS, TOML, max_size=4) | TOML, max_size=4),
    st.sampled_from([name for name in NAMED if "." in name]),
    st.booleans(),
)
def test_one_value_changes_or_nothing_does(tables: dict[str, Any], name: str, windows: bool) -> None:
    text = tomli_w.dumps(tables)
    text = text.replace("\n", "\r\n") if windows else text
    value = NAMED[name].meant(OTHERS[name])
    section, key = name.split(".")
    try:
        changed = with_value(file_at("config.toml"), text, name, value)
    except BadRequest as error:
        assert re.match(r"config\.toml:\d+: ", str(error))
        return
    before, after = tomllib.loads(text), tomllib.loads(changed)
    assert after == {**before, section: {**before.get(section, {}), key: value}}
    assert len(set(text.splitlines()) - set(changed.splitlines())) <= 1


# Editing


@pytest.fixture
def editor(tmp_path: Path) -> Path:
    """A program that writes what EDIT says into the file it is given, and its arguments beside itself."""
    program = tmp_path / "my editor.py"
    program.write_text(
        f"#!{sys.executable}\nimport os, sys\n"
        "open(sys.argv[-1], 'a').write(os.environ.get('EDIT', ''))\n"
        "open(__file__ + '.args', 'w').write('|'.join(sys.argv[1:]))\n"
        "sys.exit(int(os.environ.get('EXIT', 0)))\n"
    )
    program.chmod(0o755)
    return program


@posix
def test_edit_opens_the_editor_without_a_shell_and_checks_afterwards(
    papers: Papers, file: Path, editor: Path, tmp_path: Path
) -> None:
    env = {"VISUAL": f"'{editor}' --wait '; touch {tmp_path}/owned'", "EDITOR": "false"}
    done = papers("config", "edit", env=env)
    assert done.returncode == 0, done.stderr
    assert Path(f"{editor}.args").read_text() == f"--wait|; touch {tmp_path}/owned|{file}"
    assert not (tmp_path / "owned").exists()
    assert file.read_text() == template()
    done = papers("config", "edit", env={**env, "EDIT": "\n[output]\n"})
    assert f"{file}:" in refused(done)


@posix
def test_an_editor_that_fails_or_is_missing_is_told(papers: Papers, file: Path, editor: Path) -> None:
    assert "ended with 3" in refused(papers("config", "edit", env={"EDITOR": f"'{editor}'", "EXIT": "3"}))
    assert "cannot be started" in refused(papers("config", "edit", env={"EDITOR": "/no/such/editor"}))
    assert "quote" in refused(papers("config", "edit", env={"EDITOR": "'vi"}))
    assert "no editor" in refused(papers("config", "edit", env={"PATH": "/nowhere"}))


def test_the_path_is_told_whatever_is_in_the_file(papers: Papers, file: Path) -> None:
    file.write_text("[")
    assert papers("config", "path").stdout == f"{file}\n"


def test_no_setting_is_ignored() -> None:
    source = Path(papercli.__file__).parent
    asked = (source / "app.py").read_text() + (source / "console.py").read_text()
    read_by = ("__init__.py", "printing.py", "open.py", "read.py", "digest.py", "postbox.py", "pdf.py")
    asked += "".join((source / "commands" / name).read_text() for name in read_by)
    everywhere = [path for path in source.rglob("*.py") if "config" not in path.parts and path.name != "config.py"]
    assert any('setting("sources")' in path.read_text() for path in everywhere)
    for name in [name for name in NAMED if name != "sources"]:
        pattern = f'found\\(f"{name.split(".")[0]}\\.\\{{name}}"\\)' if name.startswith("listing.") else f'"{name}"\\)'
        assert re.search(pattern, asked), name
