"""`papers open`: which addresses reach a browser, and how: a real process with a browser that writes its words down."""

from __future__ import annotations

import json
import os
import shlex
import sys
from pathlib import Path

import pytest

from arxiv_hub import ArxivHub
from conftest import Papers
from hub import Hub
from papercli import links
from papercli.system.browser import Browser

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the fake browser is a POSIX script")

KNOWN = "2607.99013"
CODE, PROJECT = "https://github.com/example-saltmarsh/daybook", "https://daybook.example.org/"

HOSTILE = [
    "javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "smb://host/share", "ssh://-oProxyCommand=x/",
    "-new-window", "--new-window=https://a.example.com", "%action", " -x", "https://user:pass@host.example.com/",
    "https://127.0.0.1/", "https://2130706433/", "https://0x7f.1/", "https://[::1]/", "https://localhost/",
    "https://router.lan/", "https://printer.local/", "https://host.com:8443/", "http://host.com:443/",
    "https://host.com:22/", "https:/\\evil.com", "https://good.com\\@evil.com/", "https://a..b.com/", "https://-x.com/",
    "https:///no-host", "ftp://host.com/", "vbscript:x", "https://host", "https://host.com./", "https://1.2.3.4.5/",
    "https://x_y.com/", "https://ho st.com/", "https://host.com/\x00", "https://host.com/\u202etxt", "view-source:x",
]  # fmt: skip


@pytest.fixture
def browser(tmp_path: Path, environ: dict[str, str]) -> Path:
    """A browser that appends its arguments as a JSON line to the file that is given back; BROWSER names it."""
    record, script = tmp_path / "opened", tmp_path / "my browser"
    code = f"import json,sys; open({str(record)!r}, 'a').write(json.dumps(sys.argv[1:]) + chr(10))"
    script.write_text(f'#!/bin/sh\nexec {sys.executable} -c {shlex.quote(code)} "$@"\n')
    script.chmod(0o755)
    environ["BROWSER"] = shlex.quote(str(script))
    return record


def opened(browser: Path) -> list[list[str]]:
    return [json.loads(line) for line in browser.read_text().splitlines()] if browser.exists() else []


def listed(hub: Hub, id: str) -> dict:
    (row,) = [row for rows in hub.days.values() for row in rows if row["paper"]["id"] == id]
    return row["paper"]  # type: ignore[no-any-return]


def test_the_page_is_hugging_faces_where_it_is_known_to_have_one_else_arxivs(papers: Papers, browser: Path) -> None:
    papers("today")
    done = papers("open", KNOWN, "hep-th/9901001", f"{KNOWN}v2")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert opened(browser) == [
        [f"https://huggingface.co/papers/{KNOWN}"],
        ["https://arxiv.org/abs/hep-th/9901001"],
        [f"https://arxiv.org/abs/{KNOWN}v2"],
    ]


def test_an_id_alone_is_enough_and_nobody_is_asked(
    papers: Papers, hub: Hub, empty_arxiv: ArxivHub, browser: Path
) -> None:
    done = papers("open", "2501.12948v3", "--pdf", "--abs", "--hf")
    assert (done.returncode, done.stderr) == (0, "")
    assert opened(browser) == [
        ["https://huggingface.co/papers/2501.12948"],
        ["https://arxiv.org/abs/2501.12948v3"],
        ["https://arxiv.org/pdf/2501.12948v3"],
    ]
    assert hub.requests == empty_arxiv.requests == []


def test_print_writes_the_addresses_one_a_line(papers: Papers, browser: Path) -> None:
    papers("today")
    done = papers("open", "-", "--print", "--code", "--project", input=f"{KNOWN}\n")
    assert (done.returncode, done.stdout) == (0, f"{CODE}\n{PROJECT}\n")
    assert opened(browser) == []


def test_code_of_an_unknown_paper_asks(papers: Papers, hub: Hub, browser: Path) -> None:
    assert papers("open", KNOWN, "--code").returncode == 0
    assert opened(browser) == [[CODE]]
    assert any(KNOWN in path for path in hub.requests)
    done = papers("open", "2501.00001", "--code")
    assert (done.returncode, done.stderr) == (3, "papers: no such paper: 2501.00001\n")


def test_what_a_paper_does_not_have_is_named_and_the_others_open(papers: Papers, hub: Hub, browser: Path) -> None:
    listed(hub, "2607.99014").pop("projectPage", None)
    listed(hub, "2607.99014").pop("githubRepo", None)
    papers("today")
    done = papers("open", "2607.99014", KNOWN, "--code", "--project")
    assert done.returncode == 3
    assert done.stderr.splitlines()[0] == "papers: 2607.99014 has no code and no project"
    assert opened(browser) == [[CODE], [PROJECT]]


@pytest.mark.parametrize("address", HOSTILE)
def test_a_hostile_address_is_none(address: str) -> None:
    assert links.outside(address) == ""


@pytest.mark.parametrize(
    ("written", "link"),
    [
        ("https://github.com/a/b", "https://github.com/a/b"),
        ("http://A.github.io/x?y=1#z", "https://a.github.io/x?y=1#z"),
        ("https://host.com:443/a", "https://host.com/a"),
        ("http://host.com:80", "https://host.com/"),
        ("https://пример.com/", "https://xn--e1afmkfd.com/"),
        ("https://host.com/$(id);'x", "https://host.com/%24%28id%29%3B%27x"),
    ],
)
def test_an_honest_address_is_https(written: str, link: str) -> None:
    assert links.outside(written) == link


def test_hostile_addresses_in_a_library_never_reach_the_browser(
    papers: Papers, hub: Hub, home: Path, browser: Path
) -> None:
    import sqlite3

    from papercli.library.sums import make_ready, sum_up

    papers("today")
    with sqlite3.connect(home / "data" / "library.db") as db:
        numbers = [number for (number,) in db.execute("SELECT number FROM paper ORDER BY number")]
        for number, address in zip(numbers * 4, HOSTILE, strict=False):
            db.execute("UPDATE paper SET code = ?, project = ? WHERE number = ?", [address, address, number])
        make_ready(db)
        db.execute(sum_up("paper"))
    planted = papers("list", "-n", "0", "-o", "ids").stdout
    assert len(planted.split()) >= 10
    done = papers("open", "-", "--code", "--project", "--yes", input=planted)
    assert done.returncode == 3
    assert opened(browser) == []
    assert done.stdout == ""


@pytest.mark.parametrize("id", ["../x", "-x", "2501.12948/../..", "2501.12948;id", "javascript:x", "2501.12948 --x"])
def test_what_is_no_id_opens_nothing(papers: Papers, browser: Path, id: str) -> None:
    assert papers("open", "--", id).returncode == 2
    assert opened(browser) == []


def test_an_identifier_that_is_none_makes_no_address() -> None:
    for id in ("2501.1294/8", "-2501.12948", "2501.12948\n", "٢501.12948"):
        with pytest.raises(ValueError, match="identifier"):
            links.abs_page(id)


@pytest.mark.parametrize("word", ["-new-window", "file:///etc/passwd", "http://host.com/", " https://host.com/", ""])
def test_nothing_but_an_https_address_is_ever_given_to_a_program(
    browser: Path, environ: dict[str, str], word: str
) -> None:
    with pytest.raises(ValueError, match="not an address"):
        Browser(environ).open(word)
    assert opened(browser) == []


def test_browser_is_a_list_of_commands_and_none_goes_through_a_shell(
    papers: Papers, browser: Path, environ: dict[str, str], tmp_path: Path
) -> None:
    mine = environ["BROWSER"]
    lists = [
        f"/no/such:{mine}", f"false:{mine} &", f"'unclosed:{mine}",
        f"{mine} --at=%s %%s end", f"{mine} $(touch shell) `x`",
    ]  # fmt: skip
    for each in lists:
        assert papers("open", "2501.12948", env={"BROWSER": each}, cwd=tmp_path).returncode == 0, each
    url = "https://arxiv.org/abs/2501.12948"
    assert opened(browser) == [[url], [url], [url], [f"--at={url}", "%s", "end"], ["$(touch", "shell)", "`x`", url]]
    assert not (tmp_path / "shell").exists()


@pytest.mark.parametrize("named", ["", "/no/such/browser", "false", "'"])
def test_where_no_browser_starts_the_address_is_printed(papers: Papers, tmp_path: Path, named: str) -> None:
    done = papers("open", "2501.12948", "2501.12949", env={"BROWSER": named, "PATH": "/usr/bin:/bin"})
    assert done.returncode == 0
    assert done.stdout == "https://arxiv.org/abs/2501.12948\nhttps://arxiv.org/abs/2501.12949\n"
    assert done.stderr.count("\n") == 1
    assert "printed instead" in done.stderr


def test_a_browser_with_a_window_is_not_waited_for(papers: Papers, tmp_path: Path) -> None:
    import time

    slow = tmp_path / "slow"
    slow.write_text("#!/bin/sh\nexec sleep 20\n")
    slow.chmod(0o755)
    began = time.monotonic()
    done = papers("open", "2501.12948", env={"BROWSER": str(slow), "DISPLAY": ":9"})
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert time.monotonic() - began < 10


def test_many_pages_at_once_want_yes(papers: Papers, browser: Path) -> None:
    many = "".join(f"2501.{number:05}\n" for number in range(1, 12))
    done = papers("open", input=many)
    assert (done.returncode, opened(browser)) == (2, [])
    assert "--yes" in done.stderr
    assert papers("open", "--yes", input=many).returncode == 0
    assert len(opened(browser)) == 11


def test_opening_marks_nothing_unless_the_settings_say_so(papers: Papers, browser: Path) -> None:
    papers("today")
    papers("open", KNOWN)
    assert papers("list", "is:read", "-o", "ids").stdout == ""
    done = papers("open", KNOWN, env={"PAPERCLI_READING_OPEN_MARKS_READ": "1"})
    assert done.returncode == 0
    assert done.stderr.startswith(f"papers: marked as read {KNOWN}")
    assert papers("list", "is:read", "-o", "ids").stdout == f"{KNOWN}\n"
    assert len(opened(browser)) == 2
    papers("undo")
    assert papers("list", "is:read", "-o", "ids").stdout == ""


def test_the_made_up_papers_are_not_opened(papers: Papers, browser: Path) -> None:
    done = papers("--demo", "open", KNOWN)
    assert (done.returncode, opened(browser)) == (0, [])
    assert done.stdout == f"https://huggingface.co/papers/{KNOWN}\n"
    assert "made-up" in done.stderr
