"""The setting `sources`: a list outside any table, in the file, the environment and on the command line."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import tomllib
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from conftest import Papers
from hub import Hub
from papercli.config import NAMED, Config, file_at, written
from papercli.config.edit import with_value
from papercli.config.template import template
from papercli.errors import BadRequest
from test_start_up import imported

posix = pytest.mark.skipif(os.name != "posix", reason="editors that are scripts")
SOURCES = NAMED["sources"]
MANY = [f"arxiv:{archive}.{one}{two}" for archive in ("cs", "math") for one in "ABCDE" for two in "FGHIJ"]
TAKES = "a list of hf, arxiv, arxiv:CATEGORY or other sources, each once"


@pytest.fixture
def file(home: Path) -> Path:
    """Where config.toml is; its folder is there, the file is not."""
    (home / "config").mkdir(parents=True)
    return home / "config" / "config.toml"


def settle(file: Path, text: str) -> None:
    """Write the file as if a while ago, when it is known to be the last word."""
    file.write_text(text, "utf-8")
    os.utime(file, (time.time() - 60, time.time() - 60))


def refused(done: subprocess.CompletedProcess[str]) -> str:
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert re.fullmatch(r"papers: [^\n]+\n(hint: [^\n]+\n)?", done.stderr), done.stderr
    return done.stderr


def changed(text: str, words: str = "hf,arxiv:cs.CL") -> str:
    return with_value(file_at("config.toml"), text, "sources", SOURCES.meant(words))


# What it is


def test_it_is_hugging_face_alone_unless_someone_says_more(papers: Papers, file: Path) -> None:
    assert papers("config", "get", "sources").stdout == "hf\n"
    assert papers("config", "show").stdout.splitlines()[0].split("  ")[0] == 'sources = ["hf"]'
    assert papers("config", "show").stdout.splitlines()[0].endswith("  # default")


def test_a_program_reads_it_as_a_tuple(tmp_path: Path) -> None:
    def read(**environ: str) -> Any:
        return Config(lambda kind: str(tmp_path / kind), environ).value("sources")

    assert read() == ("hf",)
    assert read(PAPERCLI_SOURCES="arxiv,hf") == ("arxiv", "hf")
    (tmp_path / "config").mkdir()
    settle(tmp_path / "config" / "config.toml", 'sources = ["arxiv:cs.CL", "hf"]\n')
    assert read() == ("arxiv:cs.CL", "hf")
    assert json.loads((tmp_path / "state" / "config.json").read_text())["values"] == {"sources": ["arxiv:cs.CL", "hf"]}
    assert read() == ("arxiv:cs.CL", "hf")
    assert read(PAPERCLI_SOURCES="") == ("arxiv:cs.CL", "hf")
    assert read(PAPERCLI_SOURCES="arxiv") == ("arxiv",)


@pytest.mark.parametrize("names", [
    ["hf"], ["arxiv"], ["arxiv:cs.CL", "hf"], ["arxiv:hep-th"], ["arxiv:cond-mat.mes-hall", "arxiv:q-bio.NC"],
    ["another-source_2", "hf"], ["arxiv", "arxiv:cs.CL"], MANY,
])  # fmt: skip
def test_these_can_be_sources(names: list[str]) -> None:
    assert SOURCES.takes(names)
    assert SOURCES.takes(tuple(names))
    assert SOURCES.meant(",".join(names)) == SOURCES.meant(" , ".join(names)) == tuple(names)
    assert written(tuple(names)) == ",".join(names)


@pytest.mark.parametrize("names", [
    [], [""], ["hf", "hf"], ["arxiv:cs.CL", "hf", "arxiv:cs.cl"], ["HF"], ["hf:cs.CL"], ["arxiv:"], ["arxiv:c"],
    ["arxiv:cs.CL.x"], ["arxiv:cs."], ["hf\n"], ["hf", " arxiv"], ["a b"], ["../hf"], ["-hf"], ["é"], ["x" * 32],
    [*MANY, "hf"], ["hf", 1], ["hf", ["arxiv"]], [None], "hf", {"hf": 1}, True, None, 3,
], ids=repr)  # fmt: skip
def test_these_can_not(names: object) -> None:
    assert not SOURCES.takes(names)


# The environment and the command line


def test_the_environment_takes_commas_with_blanks_around_them(papers: Papers, file: Path) -> None:
    env = {"PAPERCLI_SOURCES": " hf , arxiv:cs.CL"}
    assert papers("config", "get", "sources", env=env).stdout == "hf,arxiv:cs.CL\n"
    shown = papers("config", "show", env=env).stdout.splitlines()[0]
    assert re.fullmatch(r'sources = \["hf", "arxiv:cs\.CL"\] +# PAPERCLI_SOURCES', shown)
    done = papers("config", "set", "sources", "arxiv", env=env)
    assert (done.returncode, file.read_text()) == (0, 'sources = ["arxiv"]\n')
    assert "PAPERCLI_SOURCES is set, and beats the file" in done.stderr


@pytest.mark.parametrize("text", ["hf;arxiv", "hf arxiv", "hf,", ",", "hf,hf", '["hf"]', "arxiv:cs.CL,arxiv:CS.cl"])
def test_what_is_no_list_is_refused_with_what_it_takes(papers: Papers, file: Path, text: str) -> None:
    said = refused(papers("config", "show", env={"PAPERCLI_SOURCES": text}))
    assert f"PAPERCLI_SOURCES is {TAKES}, not “{text}”" in said
    assert "hint: for example: PAPERCLI_SOURCES=hf,arxiv:cs.CL" in said
    said = refused(papers("config", "set", "sources", text))
    assert f"sources is {TAKES}, not “{text}”" in said
    assert "papers config set sources hf,arxiv:cs.CL" in said
    assert not file.exists()


def test_blanks_instead_of_commas_are_told(papers: Papers) -> None:
    assert "commas between the sources" in refused(papers("config", "set", "sources", "hf", "arxiv:cs.CL"))


def test_the_doctor_counts_its_variable_as_known_and_no_other_as_odd(papers: Papers) -> None:
    known = {"PAPERCLI_SOURCES": "hf", "PAPERCLI_DEBUG": "", "PAPERCLI_OFFLINE": "1"}
    assert "no such setting" not in papers("doctor", env=known).stdout
    odd = papers("doctor", env={"PAPERCLI_OUTPUT_SOURCES": "hf", "PAPERCLI_OFFLINE": "1"}).stdout
    assert re.search(r"PAPERCLI_OUTPUT_SOURCES: there is no\s+such setting", odd)
    assert f"PAPERCLI_SOURCES is {TAKES}"[:40] in papers("doctor", "--json", env={"PAPERCLI_SOURCES": "!"}).stdout


def test_tab_offers_what_it_takes(papers: Papers) -> None:
    def offered(*words: str) -> list[str]:
        return papers("_complete", "bash", "--", *words).stdout.splitlines()

    assert "sources" in offered("config", "set", "so")
    assert offered("config", "set", "sources", "") == ["hf", "arxiv"]
    assert offered("config", "set", "sources", "hf,") == ["hf,arxiv"]
    assert offered("config", "set", "sources", "arxiv:cs.CL,h") == ["arxiv:cs.CL,hf"]
    assert offered("config", "set", "network.offline", "") == ["true", "false"]
    assert offered("config", "set", "output.theme", "d") == ["dark"]
    for nothing in (["get", "sources"], ["set", "sources", "hf"], ["set", "nothing"], ["set", "listing.limit"]):
        assert offered("config", *nothing, "") == []


# Wrong files

WRONG = {
    "sources = 'hf'\n": 1,
    "# mine\n\nsources = []\n": 3,
    "\nsources = [\n  'hf',\n  'hf',\n]\n": 2,
    "sources = ['hf', 3]\n": 1,
    "sources = ['arxiv:']\n[output]\n": 1,
    "[output]\nformat = 'ids'\n[sources]\nhf = true\n": 3,
    "\n[[sources]]\nname = 'hf'\n": 2,
    "listing.limit = 3\nsources.hf = true\n": 2,
    f"sources = {json.dumps([*MANY, 'hf'])}\n": 1,
    f"sources = [{'[' * 40}{']' * 40}]\n": 1,
    "sources = ['hf\\u0000']\n".replace("'", '"'): 1,
}


@pytest.mark.parametrize("text", WRONG, ids=lambda text: text[:30].encode("unicode_escape").decode())
def test_a_wrong_list_is_exit_2_with_its_line_and_what_it_takes(papers: Papers, file: Path, text: str) -> None:
    file.write_text(text, "utf-8")
    for words in (["today"], ["config", "show"], ["config", "get", "sources"], ["config", "validate"]):
        said = refused(papers(*words))
        assert f"{file}:{WRONG[text]}: sources is {TAKES}\n" in said
        assert 'hint: for example: sources = ["hf", "arxiv:cs.CL"]\n' in said
    assert papers("config", "path").returncode == 0


def test_one_that_slid_below_a_table_is_told_where_it_belongs(papers: Papers, file: Path) -> None:
    text = '[output]\nformat = "ids"\n\nsources = ["hf"]\n'
    file.write_text(text)
    said = refused(papers("today"))
    assert f"{file}:4: there is no setting output.sources\n" in said
    assert "hint: sources stands above the first [table]\n" in said
    assert "did you mean sources?" in refused(papers("config", "get", "output.sources"))
    assert "did you mean sources?" in refused(papers("config", "get", "source"))


def test_all_that_is_wrong_is_told_and_a_good_file_is_fine(papers: Papers, file: Path) -> None:
    file.write_text('sources = ["a b"]\nsource = ["hf"]\n[listing]\nlimit = "x"\n')
    done = papers("config", "validate")
    assert [int(n) for n in re.findall(r"config\.toml:(\d+):", done.stderr)] == [2, 4, 1]
    assert "did you mean sources?" in done.stderr
    file.write_text('sources = [\n  "hf",  # daily\n  "arxiv:cs.CL",\n]\n[listing]\nlimit = 3\n')
    done = papers("config", "validate")
    assert (done.returncode, done.stderr) == (0, f"papers: {file} is fine\n")
    shown = papers("config", "show").stdout
    assert re.search(rf'^sources = \["hf", "arxiv:cs\.CL"\] +# {re.escape(str(file))}:1$', shown, re.MULTILINE)
    assert tomllib.loads(shown)["sources"] == ["hf", "arxiv:cs.CL"]


# Changing it

LINE = 'sources = ["hf", "arxiv:cs.CL"]\n'
PLACED = {
    "": LINE,
    "[output]\nformat = 'ids'\n": f"{LINE}\n[output]\nformat = 'ids'\n",
    "\n[output]\n": f"\n{LINE}\n[output]\n",
    "# mine\n\n[output]\n": f"# mine\n\n{LINE}\n[output]\n",
    "# mine\n# too\n[output] # here\n": f"# mine\n# too\n\n{LINE}\n[output] # here\n",
    "\n  # mine\n\n# of the output\n[output]\n": f"\n  # mine\n\n{LINE}\n# of the output\n[output]\n",
    "# mine": f"# mine\n\n{LINE}",
    "# mine\r\n[output]\r\n": f"# mine\r\n\r\n{LINE}\r\n[output]\r\n".replace("]\n", "]\r\n"),
    "listing.limit = 3 # few\n[output]\n": f"listing.limit = 3 # few\n{LINE}[output]\n",
    "listing.limit = 3": f"listing.limit = 3\n{LINE}",
    "# sources = ['hf'] # or more\n\n[output]\n": f"# sources = ['hf'] # or more\n{LINE}\n[output]\n",
    "[output]\n# sources = ['hf']\n": f"{LINE}\n[output]\n# sources = ['hf']\n",
    "[[odd]]\nx = 1\n": f"{LINE}\n[[odd]]\nx = 1\n",
    "# mine\nsources=['arxiv'] # all\n\n[output]\n": f"# mine\n{LINE[:-1].replace(' = ', '=')} # all\n\n[output]\n",
    "sources = 3 # no\n": f"{LINE[:-1]} # no\n",
    "[output]\n'sources' = 3\n": f"{LINE}\n[output]\n'sources' = 3\n",
    '"sources" = [\n  "hf",\n]\t# mine\n': f'"{LINE[:-1].replace(" =", chr(34) + " =")}\t# mine\n',
    "sources = [\r\n  'x#y',\r\n]\r\n[output]\r\n": f"{LINE[:-1]}\r\n[output]\r\n",
}  # fmt: skip


@pytest.mark.parametrize("text", PLACED, ids=lambda text: text[:30].encode("unicode_escape").decode())
def test_set_puts_it_where_it_belongs_and_leaves_every_other_character(papers: Papers, file: Path, text: str) -> None:
    file.write_text(text, "utf-8", newline="")
    done = papers("config", "set", "sources", "hf, arxiv:cs.CL")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert file.read_bytes().decode() == PLACED[text]
    assert tomllib.loads(PLACED[text]) == {**tomllib.loads(text), "sources": ["hf", "arxiv:cs.CL"]}
    assert changed(PLACED[text]) == PLACED[text]


@pytest.mark.parametrize(("text", "line", "why"), [
    ("sources = [\n  'hf', # daily\n]\n", 1, "sources goes over several lines"),
    ("\nsources = [ # those\n  'hf',\n]\n", 2, "sources goes over several lines"),
    ('sources = """\nhf"""\n', 1, "sources goes over several lines"),
    ("[output]\n[sources]\nhf = true\n", 2, "sources is a table"),
    ("\n[[sources]]\n", 2, "sources is a table"),
    ("sources.hf = true\n", 1, "sources is a table"),
    ("x = '''\n# sources = 1\n'''\n", 1, "cannot be told from what is around it"),
    ("sources = [", 1, ""),
])  # fmt: skip
def test_what_cannot_be_changed_safely_is_refused_with_its_line(
    papers: Papers, file: Path, text: str, line: int, why: str
) -> None:
    file.write_text(text)
    said = refused(papers("config", "set", "sources", "hf,arxiv:cs.CL"))
    assert f"{file}:{line}: " in said
    assert why in said
    assert file.read_text() == text


def test_in_the_file_that_explains_itself_it_stands_below_the_line_that_shows_it(papers: Papers, file: Path) -> None:
    papers("config", "init")
    assert '\n# sources = ["hf"]\n' in file.read_text().partition("[output]")[0]
    papers("config", "set", "sources", "arxiv:cs.CL,hf")
    papers("config", "set", "listing.limit", "3")
    assert '# sources = ["hf"]\nsources = ["arxiv:cs.CL", "hf"]\n' in file.read_text()
    rest = file.read_text().replace('sources = ["arxiv:cs.CL", "hf"]\n', "").replace("limit = 3\n", "")
    assert rest == template()
    assert papers("config", "get", "sources").stdout == "arxiv:cs.CL,hf\n"


@posix
def test_edit_checks_it_afterwards(papers: Papers, file: Path, tmp_path: Path) -> None:
    editor = tmp_path / "editor.py"
    editor.write_text(f"#!{sys.executable}\nimport sys\nopen(sys.argv[1], 'w').write('\\nsources = \"hf\"\\n')\n")
    editor.chmod(0o755)
    assert f"{file}:2: sources is {TAKES}" in refused(papers("config", "edit", env={"EDITOR": f"'{editor}'"}))


HELD = st.lists(st.text(max_size=9) | st.just("hf"), max_size=3) | st.integers() | st.text(max_size=9)
TABLES = st.dictionaries(st.text(max_size=6) | st.just("sources"), HELD, max_size=3)
SECTIONS = st.dictionaries(st.sampled_from(["output", "sources", "a b"]), TABLES, max_size=2)
HEADS = st.lists(st.sampled_from(["# mine", '\t# it\'s ["so"]', "# sources = ['hf']", "", "#"]), max_size=5)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])  # beside busy neighbours
@example({"sources": ["hf"]}, {}, ["# mine"], True)
@given(TABLES, SECTIONS, HEADS, st.booleans())
def test_it_changes_or_nothing_does(
    top: dict[str, Any], tables: dict[str, Any], head: list[str], windows: bool
) -> None:
    text = "".join(f"{line}\n" for line in head) + tomli_w.dumps({**tables, **top})
    text = text.replace("\n", "\r\n") if windows else text
    before = tomllib.loads(text)
    try:
        after = changed(text, "arxiv:cs.CL,hf")
    except BadRequest as error:
        assert re.match(r"config\.toml:\d+: ", str(error))
        assert isinstance(before.get("sources"), dict)
        return
    assert tomllib.loads(after) == {**before, "sources": ["arxiv:cs.CL", "hf"]}
    comments = [[line for line in each.split("\n") if line.lstrip().startswith("#")] for each in (text, after)]
    assert comments[0] == comments[1]


# What it costs


def test_a_copy_that_holds_no_list_of_sources_is_as_good_as_none(papers: Papers, home: Path, file: Path) -> None:
    settle(file, 'sources = ["arxiv:cs.CL"]\n')
    copy = home / "state" / "config.json"
    papers("config", "get", "sources")
    kept = json.loads(copy.read_bytes())
    assert kept["values"] == {"sources": ["arxiv:cs.CL"]}
    for spoilt in ("hf", [], ["hf", "hf"], [1], [["hf"]], ["; reboot"], {"hf": 1}, None, ["hf"] * 99_999):
        copy.write_text(json.dumps({**kept, "values": {"sources": spoilt}}))
        assert papers("config", "get", "sources").stdout == "arxiv:cs.CL\n", spoilt
        assert json.loads(copy.read_bytes()) == kept
    copy.write_text(json.dumps({**kept, "values": {"sources": ["hf", "toy"]}}))  # and it is what counts when it can be
    assert papers("config", "get", "sources").stdout == "hf,toy\n"


def test_a_list_that_was_read_once_costs_no_import(
    papers: Papers, environ: dict[str, str], hub: Hub, file: Path
) -> None:
    settle(file, 'listing.limit = 2\nsources = ["hf"]\n')
    assert papers("today", "-o", "ids").returncode == 0
    modules = imported(environ, "today", "--json")
    assert not modules & {"tomllib", "tomli_w", "papercli.config.toml", "papercli.config.file", "papercli.sources"}
    assert len(hub.requests) == 1
