"""What papers are printed as: the same papers in every format, each format as its readers need it."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import Papers
from hub import FIXTURES, Hub
from papercli.library import Library
from papercli.paper import FIELDS, Entry
from papercli.query import Query
from papercli.render import FORMATS, HUMAN, TITLED, View, render, theme_for
from papercli.render.layout import THEMES
from papercli.render.lines import cell
from papercli.sources.huggingface import HuggingFace
from papercli.value import changed
from test_cards import DEMO, ODD, bare, cells, drawn, entries_of, tidy
from test_start_up import HEAVY, NEIGHBOURS, imported

ID = re.compile(r"\b\d{4}\.\d{4,5}\b|\b[a-z-]+/\d{7}\b")
MACHINE = sorted(set(FORMATS) - set(HUMAN))
CSV = ["id", "listed", "rank", "upvotes", "comments", "stars", "title", "authors", "organization_name", "published",
       "keywords", "code", "url"]  # fmt: skip
TSV = ["id", "listed", "upvotes", "title", "authors", "url"]
TAKING = ("json", "jsonl", "csv", "tsv", "table")


@pytest.fixture
def odd(environ: dict[str, str], papers: Papers, odd_hub: Hub) -> Papers:
    """The program against the made-up day with every anomaly."""
    environ["HF_ENDPOINT"] = odd_hub.url
    return papers


# The same papers in every format


def ids_in(format: str, text: str) -> list[str]:
    """The ids that a reader of the format finds, in order."""
    if format == "json":
        return [row["id"] for row in json.loads(text)]
    if format == "jsonl":
        return [json.loads(line)["id"] for line in text.split("\n")[:-1]]
    if format == "csv":
        return [row["id"] for row in csv.DictReader(io.StringIO(text))]
    if format == "tsv":
        return [line.split("\t")[0] for line in text.split("\n")[:-1]]
    if format in ("bibtex", "biblatex"):
        return re.findall(r"^  eprint = \{(.*)\},$", text, re.M)
    if format == "ris":
        return re.findall(r"^M1  - arXiv:(.*)$", text, re.M)
    if format == "csl":
        return [item["archive_location"] for item in json.loads(text)]
    if format == "cards" or format in TITLED:
        return re.findall(r"huggingface\.co/papers/([a-z0-9./-]+)", text)
    if format == "table":
        text = text.split("\n", 1)[1]
    return [ID.findall(line)[-1] for line in text.split("\n")[:-1]]


@pytest.mark.parametrize(
    "filters",
    ["", "-n 7", "--min-upvotes 20 --sort newest --reverse", "-k nothing-holds-this"],
)
def test_the_same_filters_give_the_same_papers_in_every_format(odd: Papers, filters: str) -> None:
    found = {name: odd("today", "-q", "-o", name, *filters.split(), env={"COLUMNS": "100"}) for name in FORMATS}
    assert {run.returncode for run in found.values()} == {0}
    wanted = ids_in("ids", found["ids"].stdout)
    assert {name: ids_in(name, run.stdout) for name, run in found.items()} == dict.fromkeys(FORMATS, wanted)
    assert len(wanted) == {"": 41, "-n 7": 7, "-k nothing-holds-this": 0}.get(filters, len(wanted))


def test_no_papers_are_an_empty_document_of_each_format() -> None:
    view = View(width=0)
    untitled = [name for name in FORMATS if name not in TITLED]  # the others have a head, and tests of their own
    assert {name: render([], name, view) for name in untitled} == {
        "cards": "", "compact": "", "json": "[]\n", "jsonl": "", "tsv": "", "ids": "", "urls": "",
        "bibtex": "", "biblatex": "", "ris": "", "csl": "[]\n",
        "csv": ",".join(CSV) + "\n", "table": "rank  upvotes  comments  title  published  id\n",
    }  # fmt: skip


@pytest.mark.parametrize("format", MACHINE)
def test_what_machines_read_is_utf_8_in_every_locale(odd: Papers, environ: dict[str, str], format: str) -> None:
    ascii_only = {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "TERM": "dumb"}
    fields = ["--fields", "title,authors,id"] if format in TAKING else []
    utf8 = odd("today", "-o", format, *fields).stdout
    assert odd("today", "-o", format, *fields, env={**ascii_only, "PYTHONIOENCODING": "latin-1"}).stdout == utf8
    assert any(ord(sign) > 0x2FFF for sign in utf8) or not fields


@pytest.mark.parametrize("format", ["table", "compact"])
def test_so_is_a_table_in_a_pipe(odd: Papers, format: str) -> None:
    ascii_only = {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    assert odd("today", "-o", format, env=ascii_only).stdout == odd("today", "-o", format).stdout


# CSV


def read_csv(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def unguarded(text: str) -> str:
    return text[1:] if re.match("'[=+\\-@＝＋－＠\t\r\n]", text) else text


@pytest.mark.parametrize("day", [DEMO, ODD])
@pytest.mark.parametrize("fields", [(), FIELDS, ("title",), ("note",), ("abstract", "id")], ids=len)
def test_csv_goes_through_a_reader_and_comes_back(day: str, fields: tuple[str, ...]) -> None:
    header, *rows = read_csv(drawn(day, "csv", fields=fields))
    assert header == list(fields or CSV)
    assert len(rows) == len(entries_of(day))
    for row, entry in zip(rows, entries_of(day), strict=True):
        assert [unguarded(text) for text in row] == [cell(entry, name) for name in header]


FORMULAS = [
    "=1+1", "+1", "-1", "@SUM(A1)", "＝1+1", "＋1", "－1", "＠SUM(A1)", "\t=1", "\r=1", "\n=1", "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://example.org";"x")', '="a,b"', "+-@=", "-2+3+cmd|' /C calc'!D2", "@", "=", "==", "-\n=1",
]  # fmt: skip


@pytest.mark.parametrize("formula", FORMULAS, ids=ascii)
def test_no_cell_is_a_formula(formula: str) -> None:
    (entry,) = entries_of(DEMO)[:1]
    entry = changed(
        entry, title=formula, abstract=f"a {formula}", authors=(formula, formula), note=formula, keywords=("a", formula)
    )
    fields = ("title", "authors", "note", "keywords", "abstract")
    header, row = read_csv(render([entry], "csv", View(fields=fields)))
    assert row[:3] == [f"'{formula}", f"'{formula}; {formula}", f"'{formula}"]
    assert row[3:] == [f"a; {formula}", f"a {formula}"], "inside a cell nothing is computed"
    assert header == list(fields)


@pytest.mark.parametrize("sign", "=+-@＝＋－＠")
def test_nor_is_what_a_spreadsheet_makes_a_cell_that_splits_at_semicolons(sign: str) -> None:
    (entry,) = entries_of(DEMO)[:1]
    entry = changed(entry, title=f"a;{sign}1+1;;{sign}2; {sign}3")
    text = render([entry], "csv", View(fields=("title",)))
    assert read_csv(text)[1] == [f"a;'{sign}1+1;;'{sign}2; {sign}3"]


def test_what_looks_like_no_formula_is_left_alone() -> None:
    (entry,) = entries_of(DEMO)[:1]
    for title in ("a=1", "'=1", " =1", '"quoted"', 'a "b", c', "1,000", "−1", "*", "%", "#", "~", "x\ny", "x\ry"):
        text = render([changed(entry, title=title)], "csv", View(fields=("title", "id")))
        assert read_csv(text)[1] == [title, entry.id]


def test_csv_is_quoted_as_rfc_4180_says_and_only_where_it_must() -> None:
    (entry,) = entries_of(DEMO)[:1]
    entry = changed(entry, title='Say "x", then y', note="plain", ai_summary=None)
    text = render([entry], "csv", View(fields=("title", "note", "ai_summary")))
    assert text == 'title,note,ai_summary\n"Say ""x"", then y",plain,\n'
    assert render([entry], "csv", View(fields=("ai_summary",))) == 'ai_summary\n""\n', "an empty row is still a row"


# TSV, ids and urls


@pytest.mark.parametrize("day", [DEMO, ODD])
@pytest.mark.parametrize("fields", [(), FIELDS], ids=len)
def test_a_line_of_tsv_holds_every_field_and_nothing_is_cut(day: str, fields: tuple[str, ...]) -> None:
    lines = drawn(day, "tsv", fields=fields).split("\n")[:-1]
    for line, entry in zip(lines, entries_of(day), strict=True):
        assert line.split("\t") == [cell(entry, name) for name in fields or TSV]


def test_a_tab_or_an_end_of_line_in_a_field_ends_no_cell() -> None:
    (entry,) = entries_of(DEMO)[:1]
    assert render([changed(entry, title="a\tb\nc\rd")], "tsv", View(fields=("title", "id"))) == f"a b c d\t{entry.id}\n"


def test_a_cell_says_each_kind_of_thing_in_one_way() -> None:
    entry = changed(entries_of(DEMO)[0], stars=0, comments=None, starred=True, tags=("a", "b"), media=(), linked={})
    said = [cell(entry, name) for name in ("stars", "comments", "starred", "hidden", "tags", "media", "linked")]
    assert said == ["0", "", "true", "false", "a; b", "", "{}"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", cell(entry, "published"))
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", cell(entry, "fetched_at"))


def test_ids_end_in_a_nul_when_asked(odd: Papers) -> None:
    ids = odd("today", "-o", "ids").stdout.split("\n")[:-1]
    for flag in ("-0", "--null"):
        assert odd("today", "-o", "ids", flag).stdout == "".join(f"{id}\0" for id in ids)
    assert odd("show", *ids[:2], "-o", "ids", "-0").stdout == f"{ids[0]}\0{ids[1]}\0"


@pytest.mark.parametrize("format", sorted(set(FORMATS) - {"ids"}))
def test_no_other_format_ends_in_nul(papers: Papers, hub: Hub, format: str) -> None:
    done = papers("today", "-0", "-o", format)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"-0 is for ids, not for {format}" in done.stderr
    assert not hub.requests


def test_urls_are_the_papers_pages(odd: Papers) -> None:
    rows = json.loads(odd("today", "--json").stdout)
    assert odd("today", "-o", "urls").stdout == "".join(f"{row['url']}\n" for row in rows)


# Fields


@pytest.mark.parametrize("fields", ["id", "title,id", "seen,id,authors,rank", "upvotes, id ,upvotes", ",".join(FIELDS)])
def test_fields_are_exactly_those_asked_for_in_that_order(papers: Papers, fields: str) -> None:
    names = list(dict.fromkeys(name.strip() for name in fields.split(",")))
    whole = json.loads(papers("today", "--json").stdout)
    wanted = [[(name, row[name]) for name in names] for row in whole]
    assert [list(row.items()) for row in json.loads(papers("today", "--json", "--fields", fields).stdout)] == wanted
    lines = papers("today", "--jsonl", "--fields", fields).stdout.split("\n")[:-1]
    assert [list(json.loads(line).items()) for line in lines] == wanted
    assert read_csv(papers("today", "-o", "csv", f"--fields={fields}").stdout)[0] == names
    assert {line.count("\t") for line in papers("today", "--fields", fields).stdout.split("\n")[:-1]} == {
        len(names) - 1
    }
    assert papers("today", "-o", "table", "--fields", fields).stdout.split("\n")[0].split() == names


def test_one_paper_asked_for_has_those_fields_and_linked_too(papers: Papers) -> None:
    one = papers("show", "2607.99013", "--json", "--fields", "linked,id").stdout
    assert list(json.loads(one)) == ["linked", "id"]
    assert json.loads(one)["linked"]["models"]["total"] == 7
    header, row = read_csv(papers("show", "2607.99013", "-o", "csv", "--fields", "id,linked").stdout)
    assert (header, json.loads(row[1])) == (["id", "linked"], json.loads(one)["linked"])


@pytest.mark.parametrize(
    ("fields", "wrong", "hint"),
    [
        ("id,titel", "“titel”", "did you mean title?"),
        ("ai-summary", "“ai-summary”", "ai_summary"),
        ("ID", "“ID”", "did you mean id?"),
        ("upvote", "“upvote”", "upvotes"),
        ("", "“”", ""),
        ("id,,title", "“”", ""),
        ("row", "“row”", ""),
        ("__class__", "“__class__”", ""),
        ("why", "“why”", ""),
    ],
)
def test_an_unknown_field_is_refused_with_the_names_there_are(
    papers: Papers, hub: Hub, fields: str, wrong: str, hint: str
) -> None:
    done = papers("today", "--fields", fields)
    assert (done.returncode, done.stdout) == (2, "")
    sentence, advice = done.stderr.split("\n")[:2]
    assert wrong in sentence
    assert all(name in sentence for name in FIELDS)
    assert hint in advice
    assert not hub.requests
    error = json.loads(papers("today", "--json", "--fields", fields).stderr)["error"]
    assert (error["code"], error["kind"]) == (2, "usage")


@pytest.mark.parametrize("format", sorted(set(FORMATS) - set(TAKING)))
def test_a_format_without_fields_says_so(papers: Papers, hub: Hub, format: str) -> None:
    done = papers("today", "--fields", "id", "-o", format)
    assert (done.returncode, done.stdout) == (2, "")
    assert all(name in done.stderr for name in (*TAKING, format))
    assert not hub.requests


def test_a_list_knows_nothing_of_what_links_to_its_papers(papers: Papers) -> None:
    done = papers("today", "--fields", "id,linked")
    assert (done.returncode, done.stdout) == (2, "")
    assert "papers show" in done.stderr


@pytest.mark.skipif(not shutil.which("jq"), reason="no jq here")
def test_jq_reads_json_and_json_lines(odd: Papers) -> None:
    def jq(text: str, *words: str) -> str:
        run = subprocess.run(["jq", *words], input=text, capture_output=True, encoding="utf-8", check=True)
        return run.stdout

    ids = odd("today", "-o", "ids").stdout
    assert jq(odd("today", "--json").stdout, "-r", ".[].id") == ids
    assert jq(odd("today", "--jsonl", "--fields", "id,title").stdout, "-r", ".id") == ids
    kinds = jq(odd("today", "--json").stdout, "-c", "map(map_values(type)) | map(.authors, .seen) | unique")
    assert json.loads(kinds) == ["array", "boolean"]


@pytest.mark.parametrize(
    "words", [("-o", "csv"), ("-o", "urls"), ("--json", "--fields", "id,title"), ("-o", "ids", "-0")]
)
def test_machines_wait_for_no_neighbour(
    environ: dict[str, str], papers: Papers, hub: Hub, words: tuple[str, ...]
) -> None:
    papers("today")
    assert not imported(environ, "today", *words) & (NEIGHBOURS | HEAVY)


@pytest.mark.parametrize("format", ["table", "compact"])
def test_tables_want_no_more_of_rich_than_cards(environ: dict[str, str], papers: Papers, format: str) -> None:
    papers("today")
    rich = {name for name in imported(environ, "today", "-o", "cards") if name.startswith("rich")}
    modules = imported(environ, "today", "-o", format)
    assert {name for name in modules if name.startswith("rich")} <= rich
    assert not modules & (NEIGHBOURS - {"rich"})


# Tables


@pytest.mark.parametrize("day", [DEMO, ODD])
@pytest.mark.parametrize("format", ["table", "compact"])
def test_no_line_of_a_table_is_wider_than_the_terminal(day: str, format: str) -> None:
    from wcwidth import wcswidth

    for width in (*range(20, 301), 500):
        for line in drawn(day, format, width=width).split("\n"):
            assert cells(line) <= width, (width, line)
            assert wcswidth(line) <= width, (width, line)


@pytest.mark.parametrize("day", [DEMO, ODD])
@pytest.mark.parametrize("width", [20, 33, 40, 80, 120, 300])
def test_nor_when_fields_are_chosen_or_colours_drawn(day: str, width: int) -> None:
    for fields in (
        FIELDS,
        FIELDS[::-1],
        ("title",),
        ("url", "title", "abstract"),
        ("id", "authors"),
        ("note", "linked"),
    ):
        coloured = drawn(day, "table", width=width, fields=fields, color=True, links=True)
        plain = drawn(day, "table", width=width, fields=fields)
        tidy(coloured)
        tidy(plain)
        assert all(cells(line) <= width for line in bare(coloured).split("\n"))
        assert [line.rstrip() for line in bare(coloured).split("\n")] == plain.split("\n")
    compact = drawn(day, "compact", width=width, color=True, links=True)
    tidy(compact)
    assert [line.rstrip() for line in bare(compact).split("\n")] == drawn(day, "compact", width=width).split("\n")


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
def test_the_columns_of_a_table_stand_below_one_another(width: int) -> None:
    head, *lines = drawn(ODD, "table", width=width, caption=("", "")).split("\n")[:-1]
    names = {"rank", "upvotes", "comments", "title", "published", "id"}
    assert {"upvotes", "title", "id"} <= set(head.split()) <= names
    assert set(head.split()) == names or width < 80
    for line, entry in zip(lines, entries_of(ODD), strict=True):
        assert head_of(line, cells(head[: head.index(" id")]) + 1)[1] == entry.id
        votes = head_of(line, head.index("upvotes") + len("upvotes"))[0].split()[-1]
        assert votes == ("-" if entry.upvotes is None else str(entry.upvotes))


def head_of(line: str, room: int) -> tuple[str, str]:
    """The line, parted after `room` cells."""
    place = next(place for place in range(len(line) + 1) if cells(line[:place]) == room)
    while place < len(line) and cells(line[place]) == 0:
        place += 1
    return line[:place], line[place:]


def test_at_forty_columns_a_paper_can_still_be_told() -> None:
    for format in ("table", "compact"):
        lines = drawn(DEMO, format, width=40, caption=("", "")).split("\n")[:-1]
        lines = lines[1:] if format == "table" else lines
        for line, entry in zip(lines, entries_of(DEMO), strict=True):
            assert line.endswith(entry.id)
            line = re.sub(r"^ *[0-9]+  ", "", line) if format == "compact" else line
            votes, _, title = line.removesuffix(entry.id).lstrip("▲ ").partition("  ")
            assert votes == str(entry.upvotes)
            assert entry.title.startswith(title.strip().rstrip("…"))
            assert cells(title.strip()) >= 16


def test_in_a_pipe_a_table_is_whole_and_nothing_but_the_table(odd: Papers) -> None:
    rows = json.loads(odd("today", "--json").stdout)
    for env in ({}, {"COLUMNS": "40"}, {"ACCESSIBLE": "1"}):
        for fields in ("title,abstract,id", "rank,title,url"):
            head, *lines = odd("today", "-o", "table", "--fields", fields, env=env).stdout.split("\n")[:-1]
            assert head.split() == fields.split(",")
            for line, row in zip(lines, rows, strict=True):
                for name in fields.split(","):
                    assert str(row[name]).replace("\u200d", "") in line
        compact = odd("today", "-o", "compact", env=env).stdout.split("\n")[:-1]
        assert all(row["title"].replace("\u200d", "") in line for line, row in zip(compact, rows, strict=True))


def test_one_endless_title_does_not_push_every_row_apart() -> None:
    entries = [*entries_of(DEMO)[:3], changed(entries_of(DEMO)[3], title="word " * 900 + "end")]
    head, *lines = render(entries, "table", View(width=0)).split("\n")[:-1]
    assert "end  " in lines[3]
    assert max(map(len, (head, *lines[:3]))) < 200


def test_papers_of_several_days_stand_with_the_day_of_their_listing() -> None:
    entries = [*entries_of(DEMO)[:2], *entries_of("2026-07-02")[:2]]
    head, *lines = render(entries, "table", View(width=120)).split("\n")[:-1]
    assert "listed" in head.split()
    assert ["2026-07-03" in lines[0], "2026-07-02" in lines[3]] == [True, True]
    assert "published" in render(entries[:2], "table", View(width=120)).split("\n")[0].split()


def test_what_is_not_known_is_a_dash_and_zero_is_zero() -> None:
    entry = changed(entries_of(DEMO)[0], upvotes=None, comments=0, note=None)
    fields = ("upvotes", "comments", "note", "id")
    assert render([entry], "table", View(width=0, fields=fields)).split("\n")[1].split() == ["-", "0", "-", entry.id]
    assert render([entry], "compact", View(width=80)).startswith("1  -  ")


def on_a_terminal(environ: dict[str, str], columns: int, *words: str, **env: str) -> str:
    """What the program writes on a terminal of so many columns."""
    pexpect = pytest.importorskip("pexpect")
    size = {"dimensions": (80, columns), "timeout": 20, "encoding": "utf-8"}
    child = pexpect.spawn(sys.executable, ["-m", "papercli", *words], env={**environ, **env}, **size)
    text: str = child.read().replace("\r\n", "\n")
    child.close()
    assert child.exitstatus == 0, text
    return text


@pytest.mark.skipif(os.name != "posix", reason="terminals of POSIX")
@pytest.mark.parametrize("format", ["table", "compact"])
def test_on_a_terminal_a_table_has_a_caption_fits_and_counts_as_seen(
    papers: Papers, environ: dict[str, str], format: str
) -> None:
    papers("today", "-o", format)
    assert not any(row["seen"] for row in json.loads(papers("today", "--json").stdout))
    text = on_a_terminal(environ, 60, "today", "-o", format, "--no-pager", "-n", "3")
    assert bare(text).startswith("Daily Papers · Fri 3 Jul 2026")
    assert "\x1b[" in text
    assert all(cells(line) <= 60 for line in bare(text).split("\n"))
    assert [row["seen"] for row in json.loads(papers("today", "--json").stdout)].count(True) == 3
    plain = on_a_terminal(environ, 60, "today", "-o", format, "--no-pager", "--plain")
    assert not set(plain) & set("▲★●·…│─┃\x1b")


# For a screen reader


@pytest.fixture(scope="module")
def whole() -> Entry:
    """A paper with everything that links to it, and with marks."""
    library = Library(":memory:")
    paper = HuggingFace("https://huggingface.co").read_paper((Path(FIXTURES) / "paper.json").read_bytes())
    library.remember_paper(paper, at=1_785_585_600)
    (entry,) = library.rows(library.find(Query(ids=(paper.id,))).refs, linked=True)
    library.close()
    return changed(entry, starred=True, read=True, tags=("to-print",), note="Ask Ada about this.")


def test_a_page_for_a_screen_reader_is_a_fact_a_line(whole: Entry) -> None:
    page = render([whole], "cards", View(width=40, pages=True, plain=True, unicode=False, color=True, links=True))
    title, *facts = page.split("\n")[:-1]
    assert title == whole.title
    assert all(re.fullmatch(r"[A-Za-z][A-Za-z ]+: \S.*", fact) for fact in facts)
    assert not set(page) & set("★▲●·…\x1b")
    for fact in (
        f"Abstract: {whole.abstract}", f"Authors: {', '.join(whole.authors)}", f"Upvotes: {whole.upvotes}",
        f"Page: {whole.url}", f"PDF: {whole.pdf_url}", f"Code: {whole.code}, {whole.stars} stars",
        "Marks: read, starred", "Tags: to-print", "Note: Ask Ada about this.",
    ):  # fmt: skip
        assert fact in facts, fact
    assert len([fact for fact in facts if fact.startswith("Media: ")]) == len(whole.media)
    models = (whole.linked or {})["models"]
    assert f"Models: {models['total']:,}" in facts
    assert [fact for fact in facts if fact.startswith(f"Model: {models['items'][0]['id']}, ")]


@pytest.mark.parametrize("day", [DEMO, ODD])
def test_every_paper_has_such_a_page(day: str) -> None:
    page = drawn(day, pages=True, plain=True, unicode=False)
    papers = page.split("\n\n")
    assert [paper.split("\n")[0] for paper in papers] == [entry.title for entry in entries_of(day)]
    for paper in papers:
        assert all(re.match(r"[A-Za-z ]+: \S", line) for line in paper.rstrip("\n").split("\n")[1:])
        assert "None" not in re.sub(r"(Abstract|Summary): .*", "", paper)


@pytest.mark.parametrize(("words", "env"), [(["--plain"], {}), ([], {"ACCESSIBLE": "1"}), ([], {"TERM": "dumb"})])
def test_show_is_plain_however_it_is_asked_for(papers: Papers, words: list[str], env: dict[str, str]) -> None:
    lines = papers("show", "2607.99013", "-o", "cards", *words, env=env).stdout.split("\n")
    assert lines[1].startswith("Authors: Ilse Varnholt, ")
    assert "Models: 7" in lines


# Themes

XTERM = {  # the first sixteen colours as xterm draws them (XTerm-col.ad)
    "black": 0x000000, "red": 0xCD0000, "green": 0x00CD00, "yellow": 0xCDCD00, "blue": 0x0000EE, "magenta": 0xCD00CD,
    "cyan": 0x00CDCD, "white": 0xE5E5E5, "bright_black": 0x7F7F7F, "bright_red": 0xFF0000, "bright_green": 0x00FF00,
    "bright_yellow": 0xFFFF00, "bright_blue": 0x5C5CFF, "bright_magenta": 0xFF00FF, "bright_cyan": 0x00FFFF,
    "bright_white": 0xFFFFFF,
}  # fmt: skip


def luminance(color: int) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [(color >> shift & 255) / 255 for shift in (16, 8, 0)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(color: int, ground: int) -> float:
    darker, lighter = sorted((luminance(color), luminance(ground)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(("theme", "ground"), [("dark", 0x000000), ("light", 0xFFFFFF)])
def test_every_colour_of_a_theme_can_be_read_on_its_ground(theme: str, ground: int) -> None:
    colors = {word for words in THEMES[theme].values() for word in words.split()} - {
        "bold",
        "dim",
        "underline",
        "italic",
    }
    assert len(colors) >= 2
    for color in colors:
        assert contrast(XTERM[color], ground) >= 4.5, color


def test_sixteen_colours_are_enough_for_every_theme() -> None:
    for theme, styles in THEMES.items():
        assert styles.keys() == THEMES["basic"].keys()
        assert {word for words in styles.values() for word in words.split()} <= {
            *XTERM,
            "bold",
            "dim",
            "underline",
            "italic",
        }
        picture = drawn(DEMO, width=80, color=True, theme=theme)
        assert set(re.findall(r"\x1b\[([0-9;]*)m", picture)) <= {"0", "1", "2", "1;32", "36", "35", "1;92", "96", "93",
                                                                  "1;34", "34"}  # fmt: skip
        assert bare(picture) == bare(drawn(DEMO, width=80, color=True))
    assert not re.search("bright|3[89];", " ".join(THEMES["basic"].values()))


@pytest.mark.parametrize(
    ("asked", "ground", "theme"),
    [
        ("auto", "", "basic"), ("auto", "15;0", "dark"), ("auto", "0;15", "light"), ("auto", "0;default;15", "light"),
        ("auto", "0;7", "light"), ("auto", "15;default", "basic"), ("auto", "7;8", "dark"), ("auto", "x", "basic"),
        ("auto", "0;٧", "basic"), ("dark", "0;15", "dark"), ("light", "15;0", "light"), ("basic", "15;0", "basic"),
    ],
)  # fmt: skip
def test_the_theme_is_the_one_asked_for_or_suits_the_ground(asked: str, ground: str, theme: str) -> None:
    assert theme_for(asked, ground) == theme


def test_the_environment_names_the_theme(papers: Papers) -> None:
    def votes(**env: str) -> str:
        text = papers("today", "-o", "compact", "-n", "1", "--color", "always", env=env).stdout
        return re.search(r"\x1b\[([0-9;]*)m▲", text)[1]  # type: ignore[index]

    assert votes() == votes(PAPERCLI_OUTPUT_THEME="basic") == votes(PAPERCLI_OUTPUT_THEME="auto") == "1;32"
    assert votes(PAPERCLI_OUTPUT_THEME="dark") == votes(COLORFGBG="15;0") == "1;92"
    assert votes(PAPERCLI_OUTPUT_THEME="light") == votes(COLORFGBG="0;15") == "1;34"
    wrong = papers("today", "-o", "cards", env={"PAPERCLI_OUTPUT_THEME": "solarized"})
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert all(word in wrong.stderr for word in ("PAPERCLI_OUTPUT_THEME", "dark", "light", "basic"))


# One more


TOY = '''"""A toy."""

from __future__ import annotations


def toy(entries, view):
    """a title between stars"""
    return "".join(f"* {entry.title} *\\n" for entry in entries)
'''


def test_a_format_is_one_file_and_one_line(environ: dict[str, str], hub: Hub, tmp_path: Path, papers: Papers) -> None:
    """As docs/architecture.md has it: the parser's table, the help and the manual follow from these."""
    import papercli

    package = tmp_path / "papercli"
    shutil.copytree(Path(papercli.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    (package / "render" / "toy.py").write_text(TOY)
    head = package / "render" / "__init__.py"
    head.write_text(
        head.read_text().replace("FORMATS = {\n", 'FORMATS = {\n    "toy": "papercli.render.toy:toy",\n', 1)
    )
    environ |= {"PYTHONPATH": str(tmp_path), "HF_ENDPOINT": hub.url}

    def python(*words: str) -> str:
        run = subprocess.run([sys.executable, *words], env=environ, capture_output=True, encoding="utf-8", cwd=tmp_path)
        assert run.returncode == 0, run.stderr
        return run.stdout

    (package / "table.py").write_text(python("-m", "papercli.tabulate"))
    titles = [row["title"] for row in json.loads(python("-m", "papercli", "today", "--json"))]
    assert python("-m", "papercli", "today", "-o", "toy") == "".join(f"* {title} *\n" for title in titles)
    assert python("-m", "papercli", "show", "2607.99013", "-o", "toy").count("\n") == 1
    assert "toy, cards" in python("-m", "papercli", "today", "--help")
    assert re.search(r"toy +a title between stars", python("-m", "papercli", "help", "formats"))
    assert "toy" in python("-c", "from papercli import manual; print(manual.manual())")
