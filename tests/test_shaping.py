"""Papers as a person shapes them: programs in jq's language over the JSON, and patterns of their own."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from conftest import Papers
from hub import Hub
from papercli.errors import BadRequest
from papercli.paper import FIELDS, Entry
from papercli.render.jq import LARGEST, Jq
from papercli.render.jq import line as gh_line
from papercli.render.lines import cell
from papercli.render.template import FILTERS, LISTS, TIMES, Place, expanded, parsed
from papercli.render.timeago import timeago
from papercli.value import changed
from test_cards import DEMO, ODD, entries_of
from test_start_up import HEAVY, NEIGHBOURS, imported

DATA = '[{"id":"a","n":1},{"id":"b","n":null}]'
NOW = datetime(2026, 7, 4, 12, tzinfo=UTC).timestamp()


def jq(program: str, data: str = DATA, seconds: float = 30.0) -> str:
    waiting = Jq(program, seconds)
    try:
        return waiting.over(data)
    finally:
        waiting.close()


# jq


@pytest.mark.parametrize(
    ("program", "wanted"),
    [
        (".[].id", "a\nb\n"),
        (".[].n", "1\n\n"),
        (".[0]", '{"id":"a","n":1}\n'),
        ("map(.id)", '["a","b"]\n'),
        (".[] | [.id, .n] | @tsv", "a\t1\nb\t\n"),
        ('map(.id) | join("\\n")', "a\nb\n"),
        ("empty", ""),
        ("true, 1.5, 1e17, -0.0, 2e-7", "true\n1.5\n100000000000000000\n0\n2e-07\n"),
        ('"é", ["论文"], "\\u0000"', 'é\n["论文"]\n\0\n'),
        ("[nan], nan, [infinite < 2]", "[null]\n\n[false]\n"),
        ("# a remark\n.[0].id", "a\n"),
    ],
)
def test_results_are_printed_as_gh_prints_them(program: str, wanted: str) -> None:
    assert jq(program) == wanted


def test_what_is_not_a_number_is_null_wherever_it_stands() -> None:
    assert gh_line({"a": [float("nan"), {"b": float("inf")}], "c": "é"}) == '{"a":[null,{"b":null}],"c":"é"}'


@pytest.mark.skipif(not shutil.which("jq"), reason="no jq here")
@pytest.mark.parametrize("program", [".[].id", "length", ".[] | {id, title, authors}", "map(.upvotes) | add", ".[0]"])
def test_it_is_the_same_as_a_pipe_into_jq(papers: Papers, program: str) -> None:
    piped = subprocess.run(["jq", "-rc", program], input=papers("today", "--json").stdout, capture_output=True,
                           encoding="utf-8", check=True)  # fmt: skip
    for words in (["--jq", program], [f"--jq={program}", "--json"]):
        done = papers("today", *words)
        assert (done.returncode, done.stdout) == (0, piped.stdout)


def test_one_paper_is_an_object_and_several_are_an_array_as_json_has_them(papers: Papers) -> None:
    assert papers("show", "2607.99013", "--jq", ".id, .linked.models.total").stdout == "2607.99013\n7\n"
    assert papers("show", "2607.99013", "2607.99014", "--jq", "map(.id)").stdout == '["2607.99013","2607.99014"]\n'
    assert papers("today", "-k", "nothing-holds-this", "--jq", "length").stdout == "0\n"
    fields = papers("today", "-n1", "--fields", "title,id", "--jq", ".[0] | keys_unsorted")
    assert fields.stdout == '["title","id"]\n'


@pytest.mark.parametrize(
    ("program", "says", "at"),
    [
        (".[] | foo", "jq: foo/0 is not defined", "f"),
        ('"é" | foo', "jq: foo/0 is not defined", "f"),
        (".[", "jq: syntax error, unexpected end of file", "["),
        (".[] |\n  foo", "jq: foo/0 is not defined", "f"),
    ],
)
def test_a_program_that_cannot_be_read_is_refused_with_the_place_before_anything_is_asked(
    papers: Papers, hub: Hub, program: str, says: str, at: str
) -> None:
    done = papers("today", "--jq", program)
    assert (done.returncode, done.stdout) == (2, "")
    said, hint = done.stderr.splitlines()
    assert said.startswith(f"papers: {says}")
    assert said[hint.index("^")] == at
    assert not hub.requests


@pytest.mark.parametrize(
    ("program", "says"),
    [
        (".[].id.x", 'jq: Cannot index string with string ("x")'),
        ('.[0].id, error("no\nway")', "jq: no way"),
        ("error(null)", "jq: null"),
        ("input", "jq: there is no further input"),
        ('"a" | test("(")', "jq: Regex failure: end pattern with unmatched parenthesis"),
    ],
)
def test_a_program_that_fails_prints_nothing_and_says_why_in_a_line(program: str, says: str) -> None:
    with pytest.raises(BadRequest) as failure:
        jq(program)
    assert str(failure.value) == says


def test_failures_are_json_only_where_json_was_asked_for(papers: Papers) -> None:
    assert papers("today", "--jq", ".x").stderr.startswith("papers: jq: ")
    error = json.loads(papers("today", "--json", "--jq", ".x").stderr)["error"]
    assert (error["code"], error["kind"]) == (2, "usage")


def test_a_program_without_an_end_is_stopped() -> None:
    for program in ("def f: f; f", "range(1e12)", "[limit(1; repeat(0) | select(. > 0))]"):
        began = time.monotonic()
        with pytest.raises(BadRequest, match="still running after 1 s"):
            jq(program, seconds=0.6)
        assert time.monotonic() - began < 10


@pytest.mark.skipif(sys.platform != "linux", reason="the bound on memory is the system's")
def test_a_program_that_wants_all_memory_is_stopped() -> None:
    with pytest.raises(BadRequest, match="too much memory"):
        jq('reduce range(40) as $i ("x"; . + .) | length')


def test_output_has_a_bound() -> None:
    with pytest.raises(BadRequest, match=f"more than {LARGEST >> 20} MiB"):
        jq('"x" * 10000000 | range(100) as $i | .')


def test_no_program_sees_the_environment_or_a_file(papers: Papers, tmp_path: Path) -> None:
    done = papers("today", "--jq", "env, $ENV, env.HF_TOKEN", env={"HF_TOKEN": "hf_canary"})
    assert done.stdout == "{}\n{}\n\n"
    if os.name == "posix":
        (tmp_path / "secret.json").write_text('"canary"')
        (tmp_path / "m.jq").write_text('def m: "canary";')
        for program in ('import "secret" as $s {search: "%s"}; $s', 'include "m" {search: "%s"}; m'):
            with pytest.raises(BadRequest, match=r"Could not open|module not found"):
                jq(program % tmp_path)


def test_without_the_package_a_line_says_how_to_get_it(papers: Papers, hub: Hub, tmp_path: Path) -> None:
    (tmp_path / "jq.py").write_text("raise ImportError('none here')")
    done = papers("today", "--jq", ".", env={"PYTHONPATH": str(tmp_path)})
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "papers: --jq needs the package jq, which is not installed\n"
        "hint: pip install 'papercli[jq]' brings it; or pipe --json into jq\n"
    )
    assert not hub.requests


@pytest.mark.skipif(os.name != "posix", reason="terminals of POSIX")
def test_on_a_terminal_nothing_that_a_program_makes_moves_the_cursor(environ: dict[str, str], tmp_path: Path) -> None:
    pexpect = pytest.importorskip("pexpect")
    environ["TMPDIR"] = str(tmp_path)
    program = '"a\\u001b[2Jb\\u202ec\\td\\u0007", "e"'
    words = ["-m", "papercli", "--demo", "today", "--jq", program]
    on_terminal = pexpect.spawn(sys.executable, words, env=environ, encoding="utf-8", timeout=60)
    assert on_terminal.read() == "a\ufffd[2Jb\ufffdc\td\ufffd\r\ne\r\n"
    piped = subprocess.run([sys.executable, *words], env=environ, capture_output=True, timeout=60, check=True)
    assert piped.stdout == "a\x1b[2Jb\u202ec\td\x07\ne\n".encode()


def test_no_process_is_left_behind(papers: Papers, environ: dict[str, str]) -> None:
    environ["HF_ENDPOINT"] = "http://127.0.0.1:9"
    done = papers("today", "--jq", ".", env={"PYTHONDEVMODE": "1"})
    assert done.returncode == 6
    assert "ResourceWarning" not in done.stderr


# Templates


def one(**facts: object) -> Entry:
    return changed(entries_of(DEMO)[0], **facts)


def filled(template: str, entry: Entry | None = None, *, links: bool = False) -> str:
    return "".join(expanded([entry or one(title="On Salt", upvotes=7)], parsed(template), links=links, now=NOW))


@pytest.mark.parametrize("day", [DEMO, ODD])
def test_a_template_has_every_field_as_a_line_of_tsv_has_it(day: str) -> None:
    template = "\\t".join(f"{{{name}}}" for name in FIELDS)
    lines = list(expanded(entries_of(day), parsed(template), links=False, now=NOW))
    blank = {ord(sign): " " for sign in "\t\n\r"}
    assert [line.removesuffix("\n").split("\t") for line in lines] == [
        [cell(entry, name).translate(blank) for name in FIELDS] for entry in entries_of(day)
    ]


@pytest.mark.parametrize(
    ("template", "wanted"),
    [
        ("{title}", "On Salt\n"),
        ("{title}\\n", "On Salt\n"),
        ("{title}\n", "On Salt\n"),
        ("{title}\\n\\n", "On Salt\n\n"),
        ("{title}\\0", "On Salt\0"),
        ("{{{title}}} {{x}} \\{\\} \\\\", "{On Salt} {x} {} \\\n"),
        ("{upvotes|pad:4}|", "7   |\n"),
        ("{upvotes|pad:>4}|{upvotes|pad:<3}|", "   7|7  |\n"),
        ("{title|pad:3}|", "On Salt|\n"),
        ("{title|truncate:5}", "On S…\n"),
        ("{title|truncate:4}", "On…\n"),
        ("{title|truncate:7}", "On Salt\n"),
        ("{title|truncate:1}", "…\n"),
        ("{ title | truncate: 5 | pad: 7 }|", "On S…  |\n"),
        ("\\t{id}", "\t2607.99013\n"),
        ("no field", "no field\n"),
        ("论文 {title}", "论文 On Salt\n"),
    ],
)
def test_a_template_is_filled_in(template: str, wanted: str) -> None:
    assert filled(template) == wanted


def test_what_is_unknown_is_nothing_and_widths_are_cells() -> None:
    unknown = one(doi=None, note=None, code=None, published=None)
    assert filled("[{doi}{note|pad:2}{code|truncate:9}{published|timeago}]", unknown) == "[  ]\n"
    wide = one(title="论文论文 é")
    assert filled("{title|truncate:5}|{title|pad:11}|{title|pad:>11}|", wide) == "论文…|论文论文 é | 论文论文 é|\n"
    assert filled("{note}", one(note="two\nlines")) == "two lines\n"


def test_lists_are_joined() -> None:
    entry = one(authors=("A", "B", "C"), keywords=())
    assert filled("{authors}", entry) == "A; B; C\n"
    assert filled("{authors|join}", entry) == "A, B, C\n"
    assert filled('{authors|join: and |truncate:9}{authors|join:" | "}{authors|join:\\t}', entry) == (
        "A and B…A | B | CA\tB\tC\n"
    )
    assert filled("[{keywords|join}]", entry) == "[]\n"


@pytest.mark.parametrize(
    ("when", "words"),
    [
        (date(2026, 7, 4), "today"), (date(2026, 7, 3), "yesterday"), (date(2026, 7, 5), "tomorrow"),
        (date(2026, 7, 1), "3 days ago"), (date(2026, 6, 4), "30 days ago"), (date(2026, 6, 3), "1 month ago"),
        (date(2026, 4, 1), "3 months ago"), (date(2025, 7, 4), "11 months ago"), (date(2025, 7, 3), "1 year ago"),
        (date(2017, 6, 12), "9 years ago"), (date(2026, 7, 9), "in 5 days"),
        (datetime(2026, 7, 4, 11, 59, 30, tzinfo=UTC), "just now"),
        (datetime(2026, 7, 4, 13, tzinfo=UTC), "just now"),
        (datetime(2026, 7, 4, 11, 15, tzinfo=UTC), "45 min ago"),
        (datetime(2026, 7, 3, 0, tzinfo=UTC), "36 h ago"),
        (datetime(2026, 7, 1, 12, tzinfo=UTC), "3 days ago"),
        (None, ""),
    ],
)  # fmt: skip
def test_how_long_ago_is_said_in_words(when: date | None, words: str) -> None:
    assert timeago(when, NOW) == words


def test_a_link_is_one_only_where_the_terminal_takes_it() -> None:
    entry = one(title="On Salt", code="https://example.org/a b", doi=None)
    assert filled("{title|link} {doi|link}", entry) == "On Salt \n"
    opened = f"\x1b]8;;{entry.url}\x1b\\"
    assert filled("{title|pad:9|link}|", entry, links=True) == f"{opened}On Salt\x1b]8;;\x1b\\  |\n"
    assert filled("{title|link:pdf_url}", entry, links=True).startswith(f"\x1b]8;;{entry.pdf_url}\x1b\\On")
    assert filled("{arxiv_url|link}", entry, links=True).startswith(f"\x1b]8;;{entry.arxiv_url}\x1b\\http")
    assert filled("{title|link:code}", entry, links=True) == "On Salt\n", "no address, no link"
    assert filled("{doi|link}", entry, links=True) == "\n", "nothing is no link"


@pytest.mark.parametrize(
    ("template", "says", "at", "hint"),
    [
        ("{titel}", "no such field", 1, "did you mean title? there are id, title"),
        ("{id} {Title}", "no such field", 6, "did you mean title?"),
        ("{}", "no such field", 1, "there are id"),
        ("{ }", "no such field", 2, "there are id"),
        ("{id.__class__}", "no such field", 1, "there are id"),
        ("{id[0]}", "no such field", 1, "there are id"),
        ("{__class__}", "no such field", 1, "there are id"),
        ("{0}", "no such field", 1, "there are id"),
        ("{id!r}", "no such field", 1, "did you mean id?"),
        ("{why}", "no such field", 1, "there are"),
        ("{title|upper}", "no such filter", 7, "there are truncate, pad, timeago, link, join"),
        ("{title|truncat:3}", "no such filter", 7, "did you mean truncate?"),
        ("{title|}", "no such filter", 7, "there are"),
        ("{title:>5}", "what is this?", 6, "{field|filter:value}"),
        ("{title", "a { that nothing closes", 0, "{{ is a brace"),
        ("a {title|pad:3", "a { that nothing closes", 2, "{{ is a brace"),
        ("a } b", "a } that closes nothing", 2, "}} is a brace"),
        ("{{id}", "a } that closes nothing", 4, "}} is a brace"),
        ('{authors|join:"x}', 'a " that nothing closes', 14, ""),
        ("{title|truncate}", "truncate wants a number of columns", 7, "truncate:60"),
        ("{title|truncate:0}", "truncate wants a number of columns", 7, ""),
        ("{title|truncate:>5}", "truncate wants a number of columns", 7, ""),
        ("{title|pad:-5}", "pad wants a number of columns", 7, "pad:>4"),
        ("{title|pad:>>5}", "pad wants a number of columns", 7, ""),
        ("{title|pad:99999999999999}", "pad wants a number of columns", 7, ""),
        ("{title|pad:٣}", "pad wants a number of columns", 7, ""),
        ("{title|timeago}", "timeago is the first filter of a time", 7, "published"),
        ("{published|pad:3|timeago}", "timeago is the first filter of a time", 17, ""),
        ("{title|join}", "join is the first filter of a list", 7, "authors"),
        ("{title|link:title}", "link leads to an address", 7, "pdf_url"),
        ("\\x", "no such escape", 0, "\\n, \\t, \\0"),
        ("a\\", "no such escape", 1, "\\n"),
        ("", "an empty template", None, "--template"),
        ("x" * 10_001, "at most 10,000 characters", None, ""),
    ],
)
def test_a_template_that_makes_no_sense_is_refused_with_the_place(
    template: str, says: str, at: int | None, hint: str
) -> None:
    with pytest.raises(BadRequest) as failure:
        parsed(template)
    assert says in str(failure.value)
    assert hint in failure.value.hint
    assert (failure.value.place[1] if failure.value.place else None) == at


def test_a_mistake_is_shown_before_anything_is_asked(papers: Papers, hub: Hub) -> None:
    done = papers("today", "--template", "{id|link}  {titel}")
    assert (done.returncode, done.stdout) == (2, "")
    said, hint = done.stderr.splitlines()
    assert said == "papers: --template: no such field: {id|link}  {titel}"
    assert said[hint.index("^") :] == "titel}"
    assert not hub.requests
    assert "papers show" in papers("today", "--template", "{linked}").stderr
    assert json.loads(papers("show", "2607.99013", "--template", "{linked}").stdout)["models"]["total"] == 7


def test_what_is_named_in_the_code_is_what_there_is() -> None:
    entry = entries_of(DEMO)[0]
    assert {name for name in FIELDS if isinstance(getattr(entry, name), tuple)} == set(LISTS)
    assert {name for name in Entry.__annotations__ if re.match("date", Entry.__annotations__[name])} == set(TIMES)
    assert parsed("{authors|join|truncate:9|pad:9|link}").parts == (
        Place("authors", (("join", ", "), ("truncate", "9"), ("pad", "9"), ("link", ""))),
    )
    assert set(FILTERS) == {"truncate", "pad", "timeago", "link", "join"}


def test_a_listing_and_a_page_take_a_template(papers: Papers) -> None:
    rows = json.loads(papers("today", "--json").stdout)
    wanted = "".join(f"{row['upvotes']:>4}  {row['id']} {row['organization_name'] or ''}\n" for row in rows)
    done = papers("today", "--template", "{upvotes|pad:>4}  {id} {organization_name}")
    assert (done.returncode, done.stdout, done.stderr) == (0, wanted, "")
    assert papers("show", rows[0]["id"], "--template", "{id}\\0").stdout == f"{rows[0]['id']}\0"
    assert papers("today", "-k", "nothing-holds-this", "--template", "{id}").stdout == ""


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--jq", ".", "-o", "csv"), "--jq and csv"),
        (("--jq", ".", "--jsonl"), "--jq and jsonl"),
        (("--template", "x", "--json"), "--template and json"),
        (("--template", "x", "--jq", "."), "--jq and --template"),
        (("--template", "x", "--fields", "id"), "--fields is not for --template"),
        (("--template", "x", "-0"), "-0 is for ids"),
        (("--jq", ".", "-0"), "-0 is for ids"),
    ],
)
def test_two_ways_to_print_are_refused(papers: Papers, hub: Hub, words: tuple[str, ...], says: str) -> None:
    done = papers("today", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert not hub.requests


def test_neither_is_paid_for_by_who_does_not_use_it(environ: dict[str, str], papers: Papers) -> None:
    papers("today")
    usual = imported(environ, "today", "--json")
    assert not usual & {"jq", "papercli.render.jq", "papercli.render.template", "papercli.commands.shaping"}
    template = imported(environ, "today", "--template", "{upvotes|pad:>4}  {id|truncate:60}")
    assert not template & (NEIGHBOURS | HEAVY | {"jq"})
    assert "jq" not in imported(environ, "today", "--jq", "length"), "it runs in a process of its own"
