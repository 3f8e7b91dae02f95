"""Papers as notes in a folder: what a real reader of YAML finds at their heads, and that all else is the person's."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from unicodedata import is_normalized

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from conftest import Papers
from hub import Hub
from papercli.front_matter import NotEditable, _blocks, changed, key_of, parts, whole
from papercli.paper import Entry
from papercli.render.note import ONCE, body, fields, file_name
from papercli.value import changed as changed_entry
from papercli.vault import Vault
from test_cards import DEMO, ODD, entries_of

ID = "2607.99013"
HOSTILE = (
    "a: b # c", "'", '"', "\\", "- x", "{a}", "[x]", "&a *b !c |", "%", "@x", "`x`", "---", "...", "null", "yes", "1.0",
    "", "2501.10120", "论文", "a\tb", "\ud800", "\x85", "\u2028", "\ufeff", "🦆", "\x00", "#", "? x", "<<",
)  # fmt: skip


def head_of(data: bytes) -> dict[str, object]:
    """What PyYAML reads at the head of a note."""
    _, head, _ = parts(data)
    assert head is not None
    return yaml.safe_load(head)  # type: ignore[no-any-return]


def legal(text: str) -> str:
    return re.sub("[\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff\u2028\u2029]", "�", text)


def one(**facts: object) -> Entry:
    return changed_entry(entries_of(DEMO)[0], **facts)


def kept(folder: Path, entry: Entry) -> tuple[Path, str]:
    path, became = Vault(str(folder)).keep(entry.id, file_name(entry), fields(entry), body(entry), ONCE)
    return Path(path), became


# The head


@pytest.mark.parametrize("day", [DEMO, ODD])
def test_a_yaml_reader_finds_what_was_written(day: str, tmp_path: Path) -> None:
    for entry in entries_of(day):
        path, became = kept(tmp_path, entry)
        assert became == "new"
        read = head_of(path.read_bytes())
        wanted = {key: list(known) if isinstance(known, tuple) else known for key, known in fields(entry).items()}
        assert read == {key: known for key, known in wanted.items() if known is not None}
        assert list(read) == [key for key, known in wanted.items() if known is not None]
        assert (read["eprint"], read["year"]) == (entry.id, (entry.published or date(2026, 1, 1)).year)
        assert type(read["eprint"]) is str
        assert type(read.get("date", date.min)) is date


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_every_string_is_quoted(text: str) -> None:
    head = changed("", fields(one(title=text, authors=(text, "B"), journal_ref=text, note=text, keywords=(text,))))
    read = yaml.safe_load(head)
    assert (read["title"], read["authors"], read["journal"]) == (legal(text), [legal(text), "B"], legal(text))
    assert (read["note"], read["keywords"], read["upvotes"]) == (legal(text), [legal(text)], 178)
    for line in head.splitlines():
        said = line.removeprefix("  - ") if line.startswith(" ") else line.split(": ", 1)[-1]
        assert said[:1] == '"' or line.endswith(":") or re.fullmatch(r"\[\]|[0-9-]+|true|false", said), line


@given(st.lists(st.text(max_size=30), max_size=4))
def test_any_text_comes_back(texts: list[str]) -> None:
    wanted = [legal(text) for text in texts]
    assert yaml.safe_load(changed("", {"x": tuple(texts), "y": "".join(texts)})) == {"x": wanted, "y": "".join(wanted)}


def test_keys_that_people_template_on_are_there() -> None:
    read = yaml.safe_load(changed("", fields(one(doi="10.1000/xyz", categories=("cs.CL",), journal_ref="J. 3"))))
    names = ("citekey", "title", "authors", "authorString", "year", "DOI", "eprint", "eprinttype", "URL")
    assert all(read[name] for name in names)
    assert (read["DOI"], read["primaryClass"], read["eprinttype"]) == ("10.1000/xyz", "cs.CL", "arxiv")
    assert read["citekey"] == "varnholt2026notebooks-2607.99013"
    assert yaml.safe_load(changed("", fields(one())))["DOI"] == f"10.48550/arXiv.{ID}"
    assert fields(one(tags=("to teach", "C++", "a/b", "!!")))["tags"] == ("to-teach", "C", "a/b")


# What is the person's


THEIRS = """\
# my own remark
status: reading   # by and by
citekey: "old"
rating: 5

up:
- "[[Index]]"
- x
summary: |
  several

  lines
title: "An old title"
authors: [A, B]
"tags": [mine]
"""
TEXT = "\r\nMy *thoughts*.\n\n---\nnot: front matter\n---\n\ttab \xa0 \x00 no end"


def test_a_second_export_keeps_their_text_their_keys_and_their_order(tmp_path: Path) -> None:
    path, _ = kept(tmp_path, one())
    path.write_bytes(f"---\n{THEIRS}eprint: '{ID}'\n---\n{TEXT}".encode() + b"\xff\xfe")
    again, became = kept(tmp_path, one(title="A new title: with a colon"))
    assert (again, became) == (path, "updated")
    _, head, text = parts(path.read_bytes())
    assert text == TEXT.encode() + b"\xff\xfe"
    read = yaml.safe_load(head or "")
    assert (read["title"], read["tags"], read["citekey"]) == (
        "A new title: with a colon", ["mine"], "varnholt2026new-2607.99013",
    )  # fmt: skip
    assert (read["status"], read["rating"], read["up"]) == ("reading", 5, ["[[Index]]", "x"])
    assert read["summary"] == "several\n\nlines\n"
    assert list(read)[:7] == ["status", "citekey", "rating", "up", "summary", "title", "authors"]
    assert "# my own remark\nstatus: reading   # by and by\ncitekey: " in (head or "")
    assert 'rating: 5\n\nup:\n- "[[Index]]"\n- x\nsummary: |\n  several\n\n  lines\ntitle: ' in (head or "")
    assert kept(tmp_path, one(title="A new title: with a colon"))[1] == "same"


def test_what_is_no_longer_known_goes_and_what_was_tagged_stays(tmp_path: Path) -> None:
    path, _ = kept(tmp_path, one(code="https://example.org", tags=("a",)))
    kept(tmp_path, one(code=None, tags=("b",)))
    read = head_of(path.read_bytes())
    assert "code" not in read
    assert read["tags"] == ["a"], "tags are the person's once the note is there"


def test_lines_that_end_as_on_windows_stay_so(tmp_path: Path) -> None:
    path, _ = kept(tmp_path, one())
    theirs = f'---\r\neprint: "{ID}"\r\nmine: x\r\n---\r\n\r\nText\r\n'
    path.write_bytes(b"\xef\xbb\xbf" + theirs.encode())
    kept(tmp_path, one())
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf---\r\n")
    assert data.count(b"\n") == data.count(b"\r\n")
    assert data.endswith(b"---\r\n\r\nText\r\n")
    assert head_of(data)["mine"] == "x"


def test_a_note_is_found_under_another_name_in_another_folder(tmp_path: Path) -> None:
    path, _ = kept(tmp_path, one())
    moved = tmp_path / "read" / "2026" / "Lab notes.md"
    moved.parent.mkdir(parents=True)
    path.rename(moved)
    assert kept(tmp_path, one(title="Something else")) == (moved, "updated")
    assert [each for each in tmp_path.rglob("*") if each.is_file()] == [moved]
    assert head_of(moved.read_bytes())["title"] == "Something else"


def test_a_note_of_theirs_by_that_name_gets_a_head_and_keeps_its_text(tmp_path: Path) -> None:
    path = tmp_path / file_name(one())
    for text in (b"Just text\n", b"Text\r\nmore", b"", b"---\nnever closed: x\n", b"\n---\na: b\n---\n", b"----\n"):
        path.write_bytes(text)
        assert kept(tmp_path, one()) == (path, "updated")
        assert parts(path.read_bytes())[2] == text
        assert head_of(path.read_bytes())["eprint"] == ID


@pytest.mark.parametrize(
    "head", ["{a: b}", "- a\n- b", "just text", "a: b\n\x00c", "? x\n: y", "  a: b", "!!map\na: b", "a: b\n]"]
)  # fmt: skip
def test_a_head_that_cannot_be_told_apart_is_left_as_it_is(tmp_path: Path, papers: Papers, head: str) -> None:
    path = tmp_path / "v" / file_name(one())
    path.parent.mkdir()
    path.write_bytes(data := f"---\n{head}\n---\nText\n".encode())
    done = papers("--demo", "show", ID, "2607.99014", "--obsidian", str(path.parent))
    assert (done.returncode, path.read_bytes()) == (74, data)
    assert done.stdout.count("\n") == 1, "the other is written"
    assert "left as it is: its front matter is no list of keys" in done.stderr


def test_a_head_that_is_not_utf_8_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / file_name(one())
    path.write_bytes(data := b"---\nmine: \xff\n---\nText\n")
    with pytest.raises(Exception, match="not UTF-8"):
        kept(tmp_path, one())
    assert path.read_bytes() == data


KEYS = st.sampled_from(["title", "mine", "tags", "x y", '"quoted"', "date"])
VALUES = st.sampled_from(
    ["1", '"a: b"', "[x, y]", "", "\n- a\n- b", "\n  k: v\n\n  l: w", "|\n  text\n\n  more", "a\n  b", "# c"]
)


@given(
    st.lists(
        st.tuples(KEYS, VALUES, st.sampled_from(["", "\n", "# remark\n"])), max_size=6, unique_by=lambda each: each[0]
    )
)
def test_whatever_keys_there_are_theirs_say_the_same_as_before(blocks: list[tuple[str, str, str]]) -> None:
    head = "".join(f"{key}: {known}\n{behind}" for key, known, behind in blocks)
    before = yaml.safe_load(head) or {}
    after = yaml.safe_load(made := changed(head, {"title": "New", "date": None, "tags": ("n",)}, ("tags",)))
    ours = {"title": "New", "tags": before.get("tags", ["n"])}
    assert after == {key: known for key, known in before.items() if key != "date"} | ours
    assert made.count("# remark") == head.count("# remark")
    assert changed(made, {"title": "New", "date": None, "tags": ("n",)}, ("tags",)) == made


@given(st.binary(max_size=60))
def test_the_parts_of_any_note_make_it_again(data: bytes) -> None:
    try:
        bom, head, text = parts(data)
    except NotEditable:
        return
    assert data.endswith(text)
    assert head is not None or bom + text == data
    if head is not None and b"\r" not in data and b"..." not in data and not re.search(rb"---[ \t]", data):
        assert whole(bom, head, text).rstrip(b"\n") == data.rstrip(b"\n")


def test_an_id_is_found_however_it_is_quoted() -> None:
    for line in (f'eprint: "{ID}"', f"eprint: {ID}", f"eprint:  '{ID}'  ", f'"eprint": {ID}'):
        assert key_of(f"a: b\n{line}\nc: d\n", "eprint") == ID
    for line in ("eprint:", "  eprint: x", "eprints: x", "my eprint: x"):
        assert key_of(f"a: b\n{line}\n", "eprint") == ""


# Files


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("On Salt", f"{ID} On Salt.md"),
        ('A/B\\C: D* "E" <F>|#G^[H]?', f"{ID} A B C D E F G H.md"),
        ("Ends. in dots...", f"{ID} Ends. in dots.md"),
        ("../../etc/passwd", f"{ID} .. .. etc passwd.md"),
        ("", f"{ID}.md"),
        ("...", f"{ID}.md"),
        ("e\u0301te\u0301", f"{ID} été.md"),
        ("x" * 300, f"{ID} {'x' * 86}.md"),
        ("论" * 300, f"{ID} {'论' * 28}.md"),
        ("CON", f"{ID} CON.md"),
    ],
)
def test_a_file_is_named_by_id_and_title(title: str, name: str) -> None:
    assert file_name(one(title=title)) == name


@given(st.text(max_size=200), st.sampled_from([ID, "hep-th/9901001"]))
def test_any_title_makes_a_safe_name(title: str, id: str) -> None:
    name = file_name(one(title=title, id=id))
    assert name.startswith(id.replace("/", "-"))
    assert len(name.encode("utf-8", "replace")) <= 100
    assert is_normalized("NFC", name) and not re.search(r'[\\/:*?"<>|#^\[\]\x00-\x1f]', name)
    assert not name.removesuffix(".md").endswith((".", " "))


@pytest.mark.skipif(os.name != "posix", reason="links of POSIX")
def test_nothing_is_read_or_written_through_a_link(tmp_path: Path) -> None:
    outside, vault = tmp_path / "outside", tmp_path / "vault"
    outside.mkdir()
    vault.mkdir()
    secret = outside / "secret.md"
    secret.write_text(f'---\neprint: "{ID}"\n---\nsecret\n')
    (vault / "folder").symlink_to(outside)
    (vault / "note.md").symlink_to(secret)
    path, became = kept(vault, one())
    assert (path, became) == (vault / file_name(one()), "new")
    path.unlink()
    path.symlink_to(secret)
    with pytest.raises(Exception, match="link to elsewhere"):
        kept(vault, one())
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(Exception, match="not a file"):
        kept(vault, one())
    assert secret.read_text().endswith("secret\n")
    assert sorted(each.name for each in outside.iterdir()) == ["secret.md"]


@pytest.mark.skipif(os.name != "posix", reason="limits of POSIX")
def test_a_note_that_cannot_be_written_stays_whole_and_leaves_no_draft(tmp_path: Path) -> None:
    path, _ = kept(tmp_path, one())
    before = path.read_bytes()
    done = subprocess.run([sys.executable, "-c", RUN, str(tmp_path)], capture_output=True, text=True, timeout=60)
    assert "file too large" in done.stdout
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


RUN = f"""
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
from papercli.vault import Vault
from papercli.errors import OutputError
try:
    Vault(sys.argv[1]).keep('{ID}', 'x.md', {{'eprint': '{ID}', 'title': 'new' * 200}}, '', ())
except OutputError as error:
    print(error)
"""


def test_the_mode_of_a_note_stays(tmp_path: Path) -> None:
    path, _ = kept(tmp_path, one())
    path.chmod(0o600)
    kept(tmp_path, one(title="New"))
    assert path.stat().st_mode & 0o777 == 0o600


# The option


def test_every_listing_and_page_can_be_notes(papers: Papers, tmp_path: Path) -> None:
    vault = tmp_path / "my vault" / "papers"
    done = papers("today", "-n", "3", "--obsidian", str(vault))
    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        str(path) for path in sorted(vault.iterdir(), key=lambda path: done.stdout.index(path.name))
    ]
    assert done.stderr == f"papers: 3 notes in {vault}: 3 new, 0 updated, 0 as before\n"
    again = papers("show", ID, "--obsidian", str(vault), "-0")
    assert (again.stdout, again.stderr) == (
        done.stdout.splitlines()[0] + "\0", f"papers: 1 note in {vault}: 0 new, 0 updated, 1 as before\n",
    )  # fmt: skip
    papers("star", ID)
    assert "1 updated" in papers("show", ID, "--obsidian", str(vault)).stderr
    assert head_of(Path(done.stdout.splitlines()[0]).read_bytes())["starred"] is True
    none = papers("list", "nothing-holds-this", "--obsidian", str(vault))
    assert (none.returncode, none.stdout) == (0, "")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("-o", "md"), "--obsidian and md cannot be printed at once"),
        (("--jq", "."), "--jq and --obsidian cannot be printed at once"),
        (("--fields", "id"), "--fields is not for --obsidian"),
    ],
)
def test_notes_are_the_only_output(papers: Papers, hub: Hub, tmp_path: Path, words: tuple[str, ...], says: str) -> None:
    done = papers("today", "--obsidian", str(tmp_path / "v"), *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert not hub.requests
    assert not (tmp_path / "v").exists()


def test_a_folder_that_is_none_is_refused(papers: Papers, hub: Hub, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for folder in (str(tmp_path / "file"), "", str(tmp_path / "file" / "x")):
        done = papers("today", "--obsidian", folder)
        assert (done.returncode, done.stdout) == (2, "")
    assert not hub.requests


def test_a_new_note_is_markdown_in_which_a_title_is_only_text() -> None:
    text = body(one(title="# [[x]] <b> `y` %%z%%", ai_summary="- a", note="mine\n# heading", abstract="$x$"))
    lines = text.splitlines()
    assert lines[1] == r"# \# \[\[x\]\] \<b\> \`y\` \%%z\%%"
    assert r"\- a" in lines and "mine" in lines and r"\# heading" in lines and "## Notes" in lines


COMMANDS = (
    "<%* require('child_process').exec('x') %>", "<%tp.file.cursor() %>", "<%-x%>", "<%%", "<<%%%>", "\\<%x%>",
    "&lt;% x", "`$= dv.pages()`", "`= this.x`", "``` dataviewjs", "~~~dataviewjs", "$=x", "<script>x</script>",
    "```\n<%x",
)  # fmt: skip


@pytest.mark.parametrize("text", COMMANDS)
def test_no_plugin_finds_a_command_in_a_note(text: str, tmp_path: Path) -> None:
    """Templater runs what stands between `<%` and `%>` anywhere in the file; Dataview what stands in code."""
    facts = {"title": text, "abstract": text, "ai_summary": text, "authors": (text,), "keywords": (text,), "note": text}
    entry = one(**facts, organization_name=text, journal_ref=text, tags=(text,))
    path, _ = kept(tmp_path, entry)
    said = path.read_text(encoding="utf-8")
    assert "<%" not in said
    head = head_of(path.read_bytes())
    assert (head["title"], head["aliases"], head["note"], head["authors"]) == (text, [text], text, [text])
    read = MarkdownIt("commonmark").parse(parts(path.read_bytes())[2].decode())
    inside = [token for block in read for token in (block, *(block.children or []))]
    assert not {"code_inline", "code_block", "fence", "html_block", "html_inline"} & {token.type for token in inside}
    heading = next(block for block in read if block.type == "inline")
    assert "".join(child.content for child in heading.children or []) == " ".join(text.split())
    assert kept(tmp_path, entry)[1] == "same"
    assert path.read_text(encoding="utf-8") == said


def test_a_command_that_an_older_note_holds_is_undone(tmp_path: Path) -> None:
    path, _ = kept(tmp_path, one())
    path.write_text(f'---\neprint: "{ID}"\ntitle: "<%* x %>"\n---\ntheirs <% y %>\n')
    kept(tmp_path, one(title="<%* x %>"))
    assert 'title: "\\x3C%* x %>"\n' in path.read_text()
    assert path.read_text().endswith("---\ntheirs <% y %>\n")


@pytest.mark.skipif(os.name != "posix", reason="paths relative to an open folder")
def test_folders_however_deep_are_looked_through(tmp_path: Path) -> None:
    """1,500 folders in one another: deeper than functions call one another, and than a path may be long."""
    vault, deep = tmp_path / "vault", 1500
    vault.mkdir()
    there = os.open(vault, os.O_RDONLY)
    for number in range(deep):
        os.mkdir("d", dir_fd=there)
        below = os.open("d", os.O_RDONLY, dir_fd=there)
        os.close(there)
        there = below
        if number == 900:
            with open(os.open("mine.md", os.O_WRONLY | os.O_CREAT, dir_fd=there), "w") as file:
                file.write(f'---\neprint: "{ID}"\n---\nmine\n')
    os.close(there)
    try:
        path, became = kept(vault, one())
        assert (path.name, became) == ("mine.md", "updated")
    finally:  # Python's own way, and that of pytest, calls itself for each folder
        subprocess.run(["rm", "-rf", str(vault)], check=True)


@pytest.mark.parametrize(
    "line",
    [
        "a" + " " * 300_000 + "x", "a" + "\t" * 300_000, "'" + " " * 300_000, '"' + "a" * 300_000, "a b" * 100_000,
        "a" + " :" * 150_000, "eprint:" + " " * 300_000 + "x y", "eprint:" + " \t" * 150_000, "\n" * 300_000,
        "---" + " " * 300_000 + "x", "a: |\n" + " \n" * 150_000, "eprint" + " " * 300_000,
        "eprint: " + "x" * 300_000 + " y", "...\t" * 75_000, "eprint: '2607.99013'" + " " * 300_000 + "x",
    ],
    ids=lambda line: f"{line[:9]!r}",
)  # fmt: skip
def test_no_head_takes_long(line: str, tmp_path: Path) -> None:
    for each in (f"---\n{line}\n---\nmine\n", f"---{line}\nx\n---\n", f"---\n{line}"):
        path = tmp_path / file_name(one())
        path.write_text(each, encoding="utf-8", newline="")
        began = time.monotonic()
        try:
            kept(tmp_path, one())
        except Exception as refused:
            assert "left as it is" in str(refused)
        assert time.monotonic() - began < 1.0
        assert path.read_bytes().endswith(each[-7:].encode())


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("a: b", "a"), ("a :b: c", ""), ("a\t : b", "a"), ("a b  : c", "a b"), ('"a: b": c', "a: b"), ("'a' : b", "a"),
        ("a:", "a"), ("a:b", ""), ("a#b: c", ""), ("<<: *x", "<<"), ("- a: b", ""), ("? a", ""), ("a   x", ""),
        ("x", ""), ("é: b", "é"), ("a", ""), (":", ""), ("a-b: c", "a-b"), ("a ", ""),
    ],
)  # fmt: skip
def test_a_key_is_told_from_its_line(line: str, key: str) -> None:
    try:
        assert [each[0] for each in _blocks(f"{line}\n") if each[0]] == [key]
    except NotEditable:
        assert not key
