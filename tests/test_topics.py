"""Topics: followed and muted queries in topics.toml, which people also write by hand, and which nothing spoils."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import stat
import subprocess
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import Papers
from papercli.completion import offers
from papercli.config import edit, topics
from papercli.config.topics import Topics, file_at, line_of, read
from papercli.errors import BadRequest
from papercli.system.lock import Lock
from test_docs import shown
from test_start_up import imported

pexpect = pytest.importorskip("pexpect")
posix = pytest.mark.skipif(os.name != "posix", reason="modes, links and signals of POSIX")


@pytest.fixture
def file(home: Path) -> Path:
    """Where topics.toml is; its folder is there, the file is not."""
    (home / "config").mkdir(parents=True)
    return home / "config" / "topics.toml"


def settle(file: Path, text: str) -> None:
    """Write the file as if a while ago, when it is known to be the last word."""
    file.write_bytes(text.encode())
    os.utime(file, (time.time() - 60, time.time() - 60))


def refused(done: subprocess.CompletedProcess[str]) -> str:
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert re.fullmatch(r"papers: [^\n]+\n(hint: [^\n]+\n)?", done.stderr), done.stderr
    return done.stderr


def done(run: subprocess.CompletedProcess[str]) -> str:
    """What was said beside the data, of a run that did what it should."""
    assert run.returncode == 0, run.stderr
    return run.stderr


def listed(papers: Papers, command: str = "follow") -> dict[str, str]:
    return {row["name"]: row["query"] for row in json.loads(papers(command, "list", "--json").stdout)}


# What each job does


def test_add_keeps_a_query_under_its_name_its_words_joined_by_blanks(papers: Papers, file: Path) -> None:
    said = done(papers("follow", "add", "kv-cache", '"kv cache" OR quantization', "cat:cs.LG"))
    assert said == 'papers: following kv-cache: "kv cache" OR quantization cat:cs.LG\n'
    assert tomllib.loads(file.read_text()) == {"follow": {"kv-cache": '"kv cache" OR quantization cat:cs.LG'}}
    done(papers("mute", "add", "crypto", "blockchain", "OR", "crypto"))
    assert listed(papers, "mute") == {"crypto": "blockchain OR crypto"}
    assert list(listed(papers)) == ["kv-cache"]


def test_words_with_one_dash_are_text_of_the_query(papers: Papers, file: Path) -> None:
    done(papers("follow", "add", "video", "video", "-game", '-"talking heads"', "-3d"))
    assert listed(papers) == {"video": 'video -game -"talking heads" -3d'}
    assert "no such option" in refused(papers("follow", "add", "video2", "video", "--game")).lower()


def test_list_is_name_tab_query_in_a_pipe_and_an_array_as_json(papers: Papers, file: Path) -> None:
    assert papers("follow", "list").stdout == ""
    assert json.loads(papers("follow", "list", "--json").stdout) == []
    assert "papers follow add" in papers("follow", "list").stderr
    settle(file, "[follow]\nzebra = 'a'\n'b' = \"\"\"one\n  two\tthree\"\"\"\n[mute]\nx = 'y'\n")
    assert papers("follow", "list").stdout == "zebra\ta\nb\tone two three\n"
    assert json.loads(papers("follow", "list", "--json").stdout) == [
        {"name": "zebra", "query": "a"}, {"name": "b", "query": "one two three"},
    ]  # fmt: skip
    assert papers("mute", "list").stdout == "x\ty\n"


@posix
def test_list_is_aligned_on_a_terminal_and_moves_no_cursor(environ: dict[str, str], file: Path) -> None:
    settle(file, '[follow]\nlong-name = "a"\nb = "c\\u001b]0;owned\\u0007"\n')
    words = ["-m", "papercli", "follow", "list"]
    child = pexpect.spawn(sys.executable, words, env=environ, encoding="utf-8", timeout=20)
    said = child.read()
    assert said.splitlines() == ["long-name  a", "b          c\ufffd]0;owned\ufffd"]


def test_edit_replaces_the_query_and_says_what_it_was(papers: Papers, file: Path) -> None:
    settle(file, "[follow]\na = 'one'\nb = 'two'\n")
    assert "it was: one" in done(papers("follow", "edit", "a", "three", "-four"))
    assert listed(papers) == {"a": "three -four", "b": "two"}


def test_rename_keeps_the_place_and_the_query(papers: Papers, file: Path) -> None:
    settle(file, "[follow]\na = 'one' # first\n\"b\" = 'two'\nc = 'three'\n")
    done(papers("follow", "rename", "b", "new_name"))
    done(papers("follow", "rename", "a", "A"))
    assert file.read_text() == "[follow]\nA = 'one' # first\nnew_name = 'two'\nc = 'three'\n"
    done(papers("follow", "rename", "c", "c"))
    assert "there already" in refused(papers("follow", "rename", "c", "A"))


def test_remove_says_what_it_was_so_that_it_can_be_added_again(papers: Papers, file: Path) -> None:
    settle(file, "[follow]\na = 'one OR \"two three\"'\nb = 'x'\n")
    said = done(papers("follow", "remove", "a"))
    assert said == 'papers: removed a: one OR "two three"\n'
    assert listed(papers) == {"b": "x"}
    done(papers("follow", "add", "a", said.partition(": removed a: ")[2].strip()))
    assert listed(papers)["a"] == 'one OR "two three"'
    done(papers("follow", "remove", "a", "-q"))
    done(papers("follow", "remove", "b", "-q"))
    assert listed(papers) == {}
    done(papers("mute", "add", "c", "d"))
    assert done(papers("mute", "remove", "c")) == "papers: removed c: d\n"


def test_a_plain_word_is_muted_under_its_own_name(papers: Papers, file: Path) -> None:
    done(papers("mute", "add", "blockchain"))
    assert listed(papers, "mute") == {"blockchain": "blockchain"}
    assert "NAME and QUERY" in refused(papers("mute", "add", "-video"))
    assert "NAME and QUERY" in refused(papers("mute", "add", "large language"))
    assert listed(papers, "mute") == {"blockchain": "blockchain"}


@pytest.mark.parametrize("name", ["a", "kv-cache", "GPT_4", "3d", "x" * 40, "_"])
def test_a_name_is_letters_digits_dashes_and_underscores(papers: Papers, file: Path, name: str) -> None:
    done(papers("follow", "add", name, "query"))
    assert listed(papers) == {name: "query"}


@pytest.mark.parametrize("name", ["a b", "a.b", "é", "x" * 41, "", "a=b", 'a"', "٣", "\n", "$(touch x)"])
def test_any_other_name_is_exit_2_with_what_is_allowed(papers: Papers, file: Path, name: str) -> None:
    assert "letters, digits, - and _, at most 40" in refused(papers("follow", "add", name, "query"))
    assert "letters, digits, - and _, at most 40" in refused(papers("mute", "add", name, "query"))
    assert not file.exists()
    settle(file, "[follow]\na = 'one'\n")
    assert "letters, digits, - and _, at most 40" in refused(papers("follow", "rename", "a", name))
    assert file.read_text() == "[follow]\na = 'one'\n"


def test_a_name_that_is_taken_is_exit_2_and_edit_is_the_hint(papers: Papers, file: Path) -> None:
    settle(file, "[follow]\na = 'one'\n[mute]\nb = 'two'\n")
    assert re.search(
        r"a is there already: one\nhint: papers follow edit a ", refused(papers("follow", "add", "a", "x"))
    )
    assert "papers mute remove b" in refused(papers("mute", "add", "b", "x"))
    done(papers("mute", "add", "a", "in the other table"))


@pytest.mark.parametrize("words", [["remove", "kv-cach"], ["rename", "kv-cach", "x"], ["edit", "kv-cach", "x"],
                                   ["edit", "kv-cach"]])  # fmt: skip
def test_a_name_that_is_not_there_is_exit_2_with_the_nearest(papers: Papers, file: Path, words: list[str]) -> None:
    settle(file, "[follow]\nkv-cache = 'one'\n[mute]\nkv-cash = 'two'\n")
    assert "hint: did you mean kv-cache?" in refused(papers("follow", *words))
    assert "hint: did you mean kv-cash?" in refused(papers("mute", "remove", "kv-cass"))
    assert "papers follow list" in refused(papers("follow", "remove", "entirely-different"))


@pytest.mark.parametrize("query", ["video (game", "up:>many", "OR", "", "title:", "since:someday"])
def test_a_query_that_cannot_be_read_is_never_kept(papers: Papers, file: Path, query: str) -> None:
    settle(file, "[follow]\na = 'one'\n")
    for words in (["follow", "add", "x", query], ["follow", "edit", "a", query], ["mute", "add", "x", query]):
        done = papers(*words)
        assert (done.returncode, done.stdout) == (2, ""), words
        assert done.stderr.startswith("papers: ")
    assert file.read_text() == "[follow]\na = 'one'\n"


def test_a_query_counted_from_today_asks_no_server(papers: Papers, hub: Any, file: Path) -> None:
    done(papers("follow", "add", "fresh", "diffusion since:-7d until:friday"))
    assert hub.requests == []


@pytest.mark.parametrize("words", [
    [], ["add"], ["add", "a"], ["list", "a"], ["rename", "a"], ["rename", "a", "b", "c"], ["remove"],
    ["remove", "a", "b"], ["ad", "a", "b"], ["--fix", "list"],
])  # fmt: skip
def test_wrong_words_are_exit_2_and_change_nothing(papers: Papers, file: Path, words: list[str]) -> None:
    settle(file, "[follow]\na = 'one'\n")
    refused(papers("follow", *words))
    if words[:1] not in (["rename"], ["--fix"]):
        refused(papers("mute", *words[:1], *words[2:] if words[:1] == ["add"] else words[1:]))
    assert file.read_text() == "[follow]\na = 'one'\n"


def test_failures_and_notes_are_json_when_data_is(papers: Papers, file: Path) -> None:
    said = papers("follow", "remove", "nothing", "--json").stderr
    assert json.loads(said.splitlines()[-1])["error"]["code"] == 2
    assert json.loads(papers("follow", "list", "--json").stderr)["note"]["kind"] == "follow"


# Files by hand

MINE = """\
# what I read
[follow]   # at work

kv-cache = '"kv cache" OR quantization' # the boss asked
\t"video" = "video -game"
# rl = "reinforcement"
long = \"\"\"
  one OR
  two\"\"\"   # two lines


[mute]
 crypto='''blockchain'''
#end"""


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_every_other_character_stays(papers: Papers, file: Path, newline: str) -> None:
    text = MINE.replace("\n", newline)
    settle(file, text)

    def now(*words: str) -> str:
        done(papers(*words))
        return file.read_bytes().decode()

    text = text.replace("'\"kv cache\" OR quantization'", '"new"')
    assert now("follow", "edit", "kv-cache", "new") == text
    text = text.replace('"video" =', "film =")
    assert now("follow", "rename", "video", "film") == text
    text = text.replace('# rl = "reinforcement"', f'# rl = "reinforcement"{newline}rl = "policy"')
    assert now("follow", "add", "rl", "policy") == text
    text = text.replace('two"""   # two lines', f'two"""   # two lines{newline}last = "x"')
    assert now("follow", "add", "last", "x") == text
    text = text.replace(f'kv-cache = "new" # the boss asked{newline}', f"# the boss asked{newline}")
    assert now("follow", "remove", "kv-cache") == text
    text = text.replace(f'long = """{newline}  one OR{newline}  two"""   # two', "# two")
    assert now("follow", "remove", "long") == text
    text = text.replace(f" crypto='''blockchain'''{newline}", "")
    assert now("mute", "remove", "crypto") == text
    assert newline == "\r\n" or "\r" not in text
    assert list(listed(papers)) == ["film", "rl", "last"]


@pytest.mark.parametrize(("text", "added"), [
    ("", '[follow]\nx = "y"\n'),
    ("# only this", '# only this\n\n[follow]\nx = "y"\n'),
    ("[follow]", '[follow]\nx = "y"\n'),
    ("[follow]\na = '1'", '[follow]\na = \'1\'\nx = "y"\n'),
    ("[mute]\na = '1'", '[mute]\na = \'1\'\n\n[follow]\nx = "y"\n'),
    ("follow.a = '1'\nmute.b = '2'\n", 'follow.a = \'1\'\nfollow.x = "y"\nmute.b = \'2\'\n'),
    ("'follow' . \"a\" = '1'", '\'follow\' . "a" = \'1\'\nfollow.x = "y"\n'),
    ("[ \"follow\" ]\n# a\n\n[mute]\n", '[ "follow" ]\nx = "y"\n# a\n\n[mute]\n'),
    ("mute = {a = 'b'}\n", 'mute = {a = \'b\'}\n\n[follow]\nx = "y"\n'),
])  # fmt: skip
def test_a_topic_is_added_in_the_way_of_the_file(papers: Papers, file: Path, text: str, added: str) -> None:
    settle(file, text)
    before = {"follow": {}, "mute": {}} | tomllib.loads(text)
    done(papers("follow", "add", "x", "y"))
    assert file.read_text() == added
    assert listed(papers) == {**before["follow"], "x": "y"}
    done(papers("follow", "rename", "x", "z"))
    done(papers("follow", "edit", "z", "new"))
    assert file.read_text() == added.replace('x = "y"', 'z = "new"')
    done(papers("follow", "remove", "z"))
    assert listed(papers) == before["follow"]
    assert listed(papers, "mute") == before["mute"]


@pytest.mark.parametrize(("text", "words", "line"), [
    ("# x\nfollow = { a = 'x', b = 'y' }\n", ["add", "c", "z"], 2),
    ("# x\nfollow = { a = 'x', b = 'y' }\n", ["edit", "a", "z"], 2),
    ("# x\nfollow = { a = 'x', b = 'y' }\n", ["rename", "a", "c"], 2),
    ("# x\nfollow = { a = 'x', b = 'y' }\n", ["remove", "a"], 2),
    ("[follow]\nb = 'y'\na = '''\nx'''\n", ["edit", "a", "z"], 3),
])  # fmt: skip
def test_what_cannot_be_changed_safely_is_refused_with_its_line(
    papers: Papers, file: Path, text: str, words: list[str], line: int
) -> None:
    settle(file, text)
    said = refused(papers("follow", *words))
    assert f"{file}:{line}: " in said
    assert "hint: change it by hand: papers follow edit" in said
    assert file.read_text() == text
    assert listed(papers)["a"] == "x"


BROKEN = {
    "[follow\n": (1, ""),
    "[follow]\na = \n": (2, "invalid value"),
    "[follow]\na = 'x": (2, ""),
    "[follow]\na = 'x'\na = 'y'\n": (3, ""),
    "[follow]\na = 'x'\n[mute]\n[follow]\nb = 'y'\n": (4, ""),
    "[follow]\na = 'x'\nb = 3\n": (3, "follow.b is not text"),
    "[follow]\na = [\n'x',\n'y']\n": (2, "follow.a is not text"),
    "[follow.a]\nb = 'x'\n": (1, "follow.a is not text"),
    "follow.a.b = 'x'\n": (1, "follow.a is not text"),
    "[mute]\n\nfollow = {a = 'x'}\n": (3, "mute.follow is not text"),
    "follow = 'x'\n": (1, "follow is a table"),
    "# x\n[[follow]]\na = 'x'\n": (2, "follow is a table"),
    "[follow]\n[folow]\na = 'x'\n": (2, "there is no table folow"),
    "[topics]\na = 'x'\n": (1, "there is no table topics"),
    "kv = 'x'\n[follow]\n": (1, "there is no table kv"),
    "[follow]\n'kv cache' = 'x'\n": (2, "“kv cache” is no name"),
    "[follow]\n\"\" = 'x'\n": (2, "“” is no name"),
    "[follow]\né = 'x'\n": (2, ""),
    "[follow]\n\"é\" = 'x'\n": (2, "“é” is no name"),
    f"[follow]\n{'x' * 41} = 'x'\n": (2, "is no name"),
    "[mute]\n\n'$(reboot)' = 'x'\n": (3, "is no name"),
    "\ufeff[follow]\na = 'x'\n": (1, "byte-order"),
    "[follow]\na = 'x'\rb = 'y'\n": (2, ""),
    "[follow]\na = " + "[" * 100_000: (2, ""),
    "[follow]\na = " + "9" * 5_000: (2, ""),
    "[follow]\na = '\udcff'\n": (2, "is not UTF-8"),
    "[follow]\na = '\x00'\n": (2, ""),
}


@pytest.mark.parametrize("text", BROKEN, ids=lambda text: text[:30].encode("unicode_escape").decode())
def test_a_broken_file_is_exit_2_with_its_line_and_never_rewritten(papers: Papers, file: Path, text: str) -> None:
    line, words = BROKEN[text]
    data = text.encode("utf-8", "surrogateescape")
    file.write_bytes(data)
    with pytest.raises(BadRequest) as caught:
        read(str(file), str(file.parent))
    assert str(caught.value).startswith(f"{file}:{line}: ")
    assert words in str(caught.value)
    each = (["follow", "list"], ["follow", "add", "x", "y"], ["mute", "remove", "a"], ["today"])[len(text) % 4]
    done = papers(*each)
    assert (done.returncode, done.stdout) == (2, ""), each
    assert str(caught.value).partition("\n")[0][:200] in done.stderr
    with pytest.raises(BadRequest):
        topics.rename(str(file), str(file.parent), "follow", "a", "b")
    with pytest.raises(BadRequest):
        topics.replace(str(file), str(file.parent), "follow", "a", "b")
    assert file.read_bytes() == data


def test_a_file_beyond_a_megabyte_is_refused_and_none_is_made(papers: Papers, file: Path) -> None:
    settle(file, "[follow]\n" + "# what I read\n" * 80_000)
    assert "longer than 1 MiB" in refused(papers("follow", "list"))
    almost = "[follow]\na = 'x'\n" + "#" * ((1 << 20) - 30)
    settle(file, almost)
    assert listed(papers) == {"a": "x"}
    assert "longer than 1 MiB" in refused(papers("follow", "add", "b", "a longer query than what is left"))
    assert file.read_text() == almost


def test_a_file_of_thousands_of_topics_is_changed_in_seconds(papers: Papers, file: Path) -> None:
    settle(file, "[follow]\n" + "".join(f"topic-{n} = 'diffusion OR video {n}'\n" for n in range(20_000)))
    began = time.monotonic()
    done(papers("follow", "remove", "topic-19000"))
    assert time.monotonic() - began < 20
    assert len(listed(papers)) == 19_999


@posix
def test_what_is_no_file_is_told_and_never_waited_for(papers: Papers, file: Path) -> None:
    os.mkfifo(file)
    assert "is not a file" in refused(papers("follow", "list"))
    assert "is not a file" in refused(papers("mute", "add", "x"))
    file.unlink()
    file.mkdir()
    assert "is not a file" in refused(papers("mute", "add", "x"))


def test_a_folder_that_cannot_be_made_is_told(papers: Papers, home: Path) -> None:
    home.mkdir()
    (home / "config").write_text("")
    assert "cannot be written" in refused(papers("mute", "add", "x"))


NAMES = st.from_regex(r"[A-Za-z0-9_-]{1,40}", fullmatch=True)
QUERIES = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
STYLES = st.sampled_from(["basic", "literal", "lines", "quoted key"])


def written(name: str, query: str, style: str) -> str:
    """A topic as people write it."""
    basic = tomli_w.dumps({"k": query}).removeprefix("k = ").rstrip("\n")
    if style == "literal" and query.isprintable() and "'" not in query:
        return f"  {name}='{query}' # [follow] = {{\n"
    if style == "lines" and query.isprintable() and '"' not in query and "\\" not in query:
        return f'{name} = """\n{query}"""\n\n'
    return f'"{name}"\t= {basic}#\n' if style == "quoted key" else f"{name} = {basic}\n"


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])  # beside busy neighbours
@given(st.dictionaries(NAMES, st.tuples(QUERIES, STYLES), max_size=6), st.dictionaries(NAMES, QUERIES, max_size=3),
       st.data(), st.booleans(), st.booleans())  # fmt: skip
def test_one_topic_changes_and_nothing_else(
    follow: dict[str, tuple[str, str]], mute: dict[str, str], data: Any, windows: bool, mute_first: bool
) -> None:
    first = "[follow] # mine\n\n" + "".join(written(name, *held) for name, held in follow.items())
    second = tomli_w.dumps({"mute": mute}) + "# end\n"
    text = "# top\n" + (second + first if mute_first else first + second)
    text = text.replace("\n", "\r\n") if windows else text
    before = tomllib.loads(text)
    held, file = before["follow"], file_at("topics.toml")
    name = data.draw(st.sampled_from([*held, "new"]))
    if name not in held or data.draw(st.booleans()):
        several = name in held and "lines" in follow[name] and "\n" in written(name, *follow[name])[:-2]
        wanted = {**held, name: "x OR y"}
        if several:
            with pytest.raises(BadRequest, match=r"topics\.toml:\d+: "):
                edit.with_value(file, text, f"follow.{name}", "x OR y")
            return
        changed = edit.with_value(file, text, f"follow.{name}", "x OR y")
    elif data.draw(st.booleans()):
        changed = edit.without(file, text, f"follow.{name}")
        wanted = {key: query for key, query in held.items() if key != name}
    else:
        changed = edit.renamed(file, text, f"follow.{name}", new := "n" * 41)
        wanted = {new if key == name else key: query for key, query in held.items()}
    after = tomllib.loads(changed)
    assert list(after["follow"].items()) == list(wanted.items())
    assert after["mute"] == before["mute"]
    lost = Counter(text.replace("\r\n", "\n").split("\n")) - Counter(changed.replace("\r\n", "\n").split("\n"))
    assert set(lost) <= set(written(name, *follow.get(name, ("", ""))).split("\n"))
    assert not windows or "\n" not in changed.replace("\r\n", "")


# The file as a thing on the disk


@posix
@pytest.mark.parametrize("there", [True, False], ids=["there", "not there yet"])
@pytest.mark.parametrize("relative", [True, False], ids=["relative", "absolute"])
def test_a_link_stays_a_link(papers: Papers, file: Path, there: bool, relative: bool) -> None:
    dotfiles = file.parent.parent / "dotfiles"
    dotfiles.mkdir()
    real = dotfiles / "my-topics.toml"
    if there:
        real.write_text("# mine\n")
    file.symlink_to(Path("../dotfiles/my-topics.toml") if relative else real)
    done(papers("follow", "add", "x", "y"))
    done(papers("follow", "rename", "x", "z"))
    assert file.is_symlink()
    assert tomllib.loads(real.read_text()) == {"follow": {"z": "y"}}
    assert os.listdir(dotfiles) == ["my-topics.toml"]
    assert os.listdir(file.parent) == ["topics.toml"]


@posix
@pytest.mark.parametrize("mode", [0o600, 0o664, 0o444, 0o640])
def test_the_mode_is_kept_whatever_the_umask(papers: Papers, file: Path, mode: int) -> None:
    settle(file, "[follow]\n")
    file.chmod(mode)
    done(papers("follow", "add", "x", "y", umask=0o077))
    assert stat.S_IMODE(file.stat().st_mode) == mode


@posix
def test_a_new_file_is_for_its_owner_only(papers: Papers, home: Path) -> None:
    done(papers("follow", "add", "x", "y", umask=0))
    assert stat.S_IMODE((home / "config" / "topics.toml").stat().st_mode) == 0o600


def test_of_many_at_once_none_is_lost(papers: Papers, file: Path) -> None:
    settle(file, "# mine\n[mute]\nold = 'x'\n")
    jobs = [("follow", "add", f"t{n}", f"query {n}") for n in range(8)] + [("mute", "add", f"m{n}") for n in range(6)]
    jobs.append(("mute", "remove", "old"))
    with ThreadPoolExecutor(len(jobs)) as pool:
        for each in pool.map(lambda words: papers(*words), jobs):
            done(each)
    assert listed(papers) == {f"t{n}": f"query {n}" for n in range(8)}
    assert set(listed(papers, "mute")) == {f"m{n}" for n in range(6)}
    assert file.read_text().startswith("# mine\n")


CHANGE = """
import sys
from papercli.config import topics
path, folder = sys.argv[1:]
print(0, flush=True)
for n in range(1, 10**9):
    topics.replace(path, folder, "follow", "x", f"{n} " + "w " * 5_000)
    print(n, flush=True)
"""


@posix
def test_killed_at_any_moment_what_was_told_is_there_and_the_file_is_whole(file: Path, home: Path) -> None:
    filler = "".join(f"t{n} = 'video OR diffusion {n}' # mine\n" for n in range(40))
    for number in range(15):
        settle(file, f"[follow]\n{filler}x = '0'\n[mute]\n# end")
        command = [sys.executable, "-c", CHANGE, str(file), str(home / "state")]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            for line in range(number % 4):
                assert child.stdout.readline() == f"{line}\n"
            time.sleep(random.Random(number).random() * 0.02)
            child.send_signal(signal.SIGKILL)
            told = int([str(max(0, number % 4 - 1)), *child.stdout.read().split("\n")[:-1]][-1])
        text = file.read_text()
        assert text.startswith(f"[follow]\n{filler}x = ")
        assert text.endswith("\n[mute]\n# end")
        query = tomllib.loads(text)["follow"]["x"]
        assert query in ("0", f"{told} " + "w " * 5_000, f"{told + 1} " + "w " * 5_000)
        assert told == 0 or query != "0"


STEPS = """
import os, signal, sys
from papercli.config import edit, topics
path, folder = sys.argv[1:]

def killed(last):
    "Whether a process that changes the file was killed at this step of its work, from 1."
    step = 0

    def count(event, args):
        nonlocal step
        step += 1
        if step == last:
            os.kill(os.getpid(), signal.SIGKILL)

    pid = os.fork()
    if not pid:
        sys.addaudithook(count)
        topics.replace(path, folder, "follow", "x", "new")
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL

last, old, new = 0, open(path).read(), open(path).read().replace("'old'", '"new"')
while killed(last := last + 1):
    text = open(path).read()
    print(last, {old: "old", new: "new"}.get(text, "spoilt"), len(os.listdir(os.path.dirname(path))) - 1)
    with open(path, "w") as file:
        file.write(old)
print(last, "not killed", len(os.listdir(os.path.dirname(path))) - 1)
"""


@posix
def test_killed_at_every_step_the_old_or_the_new_file_is_whole(file: Path, home: Path) -> None:
    settle(file, "# mine\n[follow]\nx = 'old' # here\n")
    steps = [line.split(maxsplit=1) for line in run(STEPS, str(file), str(home / "state")).splitlines()]
    states = [state for _, state in steps]
    assert states[-1] == "not killed 0"
    assert set(states[:-1]) <= {"old 0", "old 1", "new 0"}
    assert {"old 0", "old 1"} <= set(states)


@posix
def test_what_a_killed_process_left_behind_is_cleared_and_nothing_else(papers: Papers, file: Path) -> None:
    settle(file, "[follow]\n")
    for name in (".topics.toml.papers-123", "topics.toml.1", "topics.toml~", ".topics.toml.swp"):
        (file.parent / name).write_text("[follow]\nhalf")
    done(papers("follow", "add", "y", "z"))
    assert sorted(os.listdir(file.parent)) == [".topics.toml.swp", "topics.toml", "topics.toml.1", "topics.toml~"]


def test_a_process_that_holds_the_file_for_long_is_not_waited_for_for_ever(
    file: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edit, "PATIENCE", 0.1)
    settle(file, "[follow]\n")
    with Lock(str(home / "state" / "topics.toml.lock")), pytest.raises(BadRequest, match="another papers"):
        topics.add(str(file), str(home / "state"), "follow", "a", "b")
    assert file.read_text() == "[follow]\n"


def test_an_editor_that_saves_meanwhile_is_not_overwritten(file: Path, home: Path) -> None:
    settle(file, "[follow]\n")

    def slowly(text: str) -> str:
        file.write_text("[follow]\nby = 'hand'\n")
        return text + "x = 'y'\n"

    with pytest.raises(BadRequest, match="changed by someone else"):
        edit.change(file_at(str(file)), str(home / "state"), slowly)
    assert file.read_text() == "[follow]\nby = 'hand'\n"
    assert os.listdir(file.parent) == ["topics.toml"]


def test_a_change_that_would_do_something_else_is_refused() -> None:
    file = file_at("topics.toml")
    for text in ("[follow.sub]\na = 'x'\n", "[follow.'x']\n", "[[follow]]\n"):
        with pytest.raises(BadRequest, match=r"topics\.toml:[12]: "):
            edit.with_value(file, text, "follow.x", "y")


# Reading


def test_what_is_read_is_in_the_order_of_the_file(file: Path, home: Path) -> None:
    settle(file, "[mute]\nz = '1'\na = '2'\n[follow]\nc = '3'\nb = '4'\n")
    for _ in range(2):  # parsed, and as kept
        kept = read(str(file), str(home / "state"))
        assert kept == Topics({"c": "3", "b": "4"}, {"z": "1", "a": "2"})
        assert (list(kept.follow), list(kept.mute)) == (["c", "b"], ["z", "a"])


READ = """
import sys
import papercli.config, papercli.config.topics
before, opened = set(sys.modules), []
sys.addaudithook(lambda event, args: event == "open" and opened.append(args[0]))
kept = papercli.config.topics.read(*sys.argv[1:])
print(len(kept.follow), len(opened), *sorted(set(sys.modules) - before))
"""
HEAD = (
    "import sys, papercli.config.topics; print(*sorted({'tomllib', 'tomli_w', 'difflib', 'json'} & set(sys.modules)))"
)


def run(code: str, *words: str) -> str:
    command = [sys.executable, "-c", code, *words]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout.strip()


def test_without_a_file_one_open_fails_and_nothing_is_imported(file: Path, home: Path) -> None:
    assert run(HEAD) == ""
    assert run(READ, str(file), str(home / "state")) == "0 1"
    assert not (home / "state").exists()


def test_a_file_is_parsed_once(papers: Papers, environ: dict[str, str], file: Path, home: Path) -> None:
    settle(file, "[follow]\na = 'diffusion'\n[mute]\nb = 'nothing-like-it'\n")
    assert "tomllib" in run(READ, str(file), str(home / "state"))
    found = run(READ, str(file), str(home / "state")).split()
    assert found[0] == "1"
    assert not {"tomllib", "papercli.config.toml", "papercli.config.places"} & set(found)
    papers("today")
    assert not imported(environ, "today", "--json") & {"tomllib", "tomli_w", "papercli.config.toml"}


def test_a_change_is_seen_at_once_even_of_the_same_length(papers: Papers, file: Path) -> None:
    for query in ("one", "two", "six", "ten"):
        file.write_text(f"[follow]\na = '{query}'\n")
        assert listed(papers) == {"a": query}
        assert not (file.parent.parent / "state" / "topics.json").exists()  # it may change within a tick of the clock


@pytest.mark.parametrize("spoilt", [b"", b"{", b"[]", b"null", b'{"stamp": 1}', b"\xff" * 99, b"[" * 99_999])
def test_a_spoilt_copy_is_as_good_as_none(file: Path, home: Path, spoilt: bytes) -> None:
    state, copy = str(home / "state"), home / "state" / "topics.json"
    settle(file, "[follow]\na = 'one'\n")
    assert read(str(file), state) == Topics({"a": "one"}, {})
    kept = json.loads(copy.read_bytes())
    copy.write_bytes(spoilt)
    assert read(str(file), state) == Topics({"a": "one"}, {})
    for values in ({"folow": {}}, {"follow": {"a b": "x"}}, {"follow": {"a": 3}}, {"follow": []}, {"follow": "a"}, []):
        copy.write_text(json.dumps({**kept, "values": values}))
        assert read(str(file), state) == Topics({"a": "one"}, {})


def test_nothing_is_written_when_nothing_shall_be_kept(file: Path, home: Path) -> None:
    settle(file, "[follow]\na = 'one'\n")
    assert read(str(file), str(home / "state"), keep=False) == Topics({"a": "one"}, {})
    assert not (home / "state").exists()


def test_the_line_of_a_topic_is_known_for_whoever_cannot_read_its_query(papers: Papers, file: Path) -> None:
    settle(file, "# x\n[follow]\n\na = 'one'\nb = 'two'\n[mute]\nb = 'OR'\n")
    path = str(file)
    assert [line_of(path, *each) for each in (("follow", "a"), ("follow", "b"), ("mute", "b"))] == [4, 5, 7]
    assert line_of(path, "follow", "none") == 2
    said = refused(papers("today"))
    assert str(file) in said
    assert re.search(r"\b7\b", said.replace(str(file), ""))
    assert "b: " in said
    assert list(listed(papers)) == ["a", "b"]  # it can still be looked at, and put right
    done(papers("mute", "remove", "b"))
    assert papers("today").returncode == 0
    settle(file, "mute = {b = 'x'}\n")
    assert line_of(path, "mute", "b") == 1
    settle(file, "[")
    assert line_of(path, "mute", "b") == line_of(f"{path}/none", "mute", "b") == 1


# The editor


@pytest.fixture
def editor(tmp_path: Path) -> Iterator[Path]:
    """A program called vim that adds what EDIT says to the file it is given, and leaves its arguments beside itself."""
    program = tmp_path / "vim"
    program.write_text(
        f"#!{sys.executable}\nimport os, sys\n"
        "open(sys.argv[-1], 'a').write(os.environ.get('EDIT', ''))\n"
        "open(__file__ + '.args', 'w').write('|'.join(sys.argv[1:]))\n"
    )
    program.chmod(0o755)
    yield program


def in_editor(environ: dict[str, str], editor: Path, *words: str, **env: str) -> tuple[int, str]:
    child = pexpect.spawn(
        sys.executable, ["-m", "papercli", "follow", "edit", *words], env={**environ, "VISUAL": str(editor), **env},
        encoding="utf-8", timeout=20, dimensions=(40, 300),
    )  # fmt: skip
    said = child.read()
    child.close()
    return child.exitstatus, said


@posix
def test_edit_opens_the_editor_at_the_topic_and_checks_afterwards(
    environ: dict[str, str], file: Path, editor: Path
) -> None:
    settle(file, "# mine\n[follow]\na = 'one'\nb = 'two'\n")
    code, said = in_editor(environ, editor, "b", EDIT="c = 'three'\n")
    assert (code, "topics.toml is fine" in said) == (0, True), said
    assert Path(f"{editor}.args").read_text() == f"+4|{file}"
    code, said = in_editor(environ, editor, "a", EDIT="d = '(open'\n")
    assert code == 2
    assert "never closed" in said
    assert re.search(r"topics\.toml\W.*\b6\b", said)
    code, said = in_editor(environ, editor, EDIT="[folow]\n")
    assert code == 2
    assert f"{file}:7: there is no table folow" in said
    assert file.read_text() == "# mine\n[follow]\na = 'one'\nb = 'two'\nc = 'three'\nd = '(open'\n[folow]\n"
    code, said = in_editor(environ, editor)  # it opens nevertheless, or it could not be mended
    assert Path(f"{editor}.args").read_text() == str(file)


@posix
def test_edit_without_a_file_begins_one_that_explains_itself(environ: dict[str, str], home: Path, editor: Path) -> None:
    assert in_editor(environ, editor)[0] == 0
    text = (home / "config" / "topics.toml").read_text()
    assert text == topics.TEMPLATE
    shown = tomllib.loads(re.sub(r"^# (\S+ = )", r"\1", text, flags=re.MULTILINE))
    assert shown == {
        "follow": {"kv-cache": '"kv cache" OR quantization cat:cs.LG'},
        "mute": {"crypto": "blockchain OR crypto"},
    }


@posix
@pytest.mark.parametrize(("name", "told"), [
    ("nano", "+3|FILE"), ("nvim", "+3|FILE"), ("code", "--goto|FILE:3"), ("ed", "FILE"), ("notepad.exe", "FILE"),
])  # fmt: skip
def test_every_editor_is_told_the_line_in_its_own_way(
    environ: dict[str, str], file: Path, editor: Path, name: str, told: str
) -> None:
    settle(file, "[follow]\na = 'one'\nb = 'two'\n")
    other = editor.rename(editor.parent / name)
    assert in_editor(environ, other, "b")[0] == 0
    assert Path(f"{other}.args").read_text() == told.replace("FILE", str(file))


def test_without_a_terminal_no_editor_is_opened(papers: Papers, file: Path) -> None:
    settle(file, "[follow]\na = 'one'\n")
    assert "hint: papers follow edit a QUERY" in refused(papers("follow", "edit", "a", env={"EDITOR": "false"}))
    assert "no terminal" in refused(papers("follow", "edit", env={"EDITOR": "false"}))


# Completion


def offered(environ: dict[str, str], *words: str) -> list[str]:
    return [value for value, _ in offers(list(words), environ)]


def test_names_are_offered_where_one_that_is_there_is_meant(environ: dict[str, str], file: Path, home: Path) -> None:
    settle(file, "[follow]\nkv-cache = 'a'\nvideo = 'b'\n-odd = 'c'\n_odd = 'd'\n[mute]\ncrypto = 'c'\n")
    for job in ("edit", "rename", "remove"):
        assert offered(environ, "follow", job, "") == ["kv-cache", "video"]
        assert offered(environ, "follow", job, "v") == ["video"]
        assert offered(environ, "follow", job, "video", "") == []
    assert offered(environ, "mute", "remove", "") == ["crypto"]
    for words in (["follow", "add", ""], ["mute", "add", ""], ["follow", "list", ""]):
        assert offered(environ, *words) == []
    assert offered(environ, "new", "--follow", "") == ["kv-cache", "video"]
    assert offered(environ, "new", "--follow=v") == ["--follow=video"]
    assert offered(environ, "follow", "re") == ["rename", "remove"]
    assert offered(environ, "mute", "") == ["add", "list", "remove"]
    assert not (home / "state").exists()


@pytest.mark.parametrize("text", ["[follow]\n'$(touch ran)' = 'x'\nok = 'y'\n", "[", "[follow]\na = 1\n", "\0"])
def test_a_broken_file_offers_nothing_and_no_complaint(environ: dict[str, str], file: Path, text: str) -> None:
    file.write_text(text)
    command = [sys.executable, "-m", "papercli", "_complete", "zsh", "--", "follow", "remove", ""]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


# The page


@pytest.mark.skipif(sys.platform == "win32" or not shutil.which("bash"), reason="no bash here")
def test_every_command_of_the_page_works(papers: Papers, environ: dict[str, str], tmp_path: Path) -> None:
    program = tmp_path / "papers"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m papercli "$@"\n')
    program.chmod(0o755)
    commands = shown("docs/topics.md")
    assert len(commands) >= 6
    path = f"{tmp_path}{os.pathsep}{environ['PATH']}"
    for command in commands:
        words = ["bash", "-c", command]
        each = subprocess.run(words, env={**environ, "PATH": path}, capture_output=True, text=True, stdin=-3)
        assert each.returncode == 0, (command, each.stderr)


def test_the_file_of_the_page_is_read(file: Path, home: Path) -> None:
    page = (Path(__file__).parent.parent / "docs" / "topics.md").read_text("utf-8")
    examples = re.findall(r"^```toml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert examples
    for text in examples:
        settle(file, text)
        assert read(str(file), str(home / "state")).follow
