"""`papers digest`: what matters of some days as one message; as a mail once for each listing, and nothing lost."""

from __future__ import annotations

import copy
import email
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser
from pathlib import Path

import pytest

from conftest import Papers
from hub import Hub, sample_days

FIRST, SECOND, THIRD = "2026-07-01", "2026-07-02", "2026-07-03"
Run = subprocess.CompletedProcess


@pytest.fixture
def hub() -> Iterator[Hub]:
    """Its present is the first of three days; the others come when a test says so."""
    running = Hub({FIRST: sample_days()[FIRST]}, today=FIRST)
    yield running
    running.stop()


@pytest.fixture
def mailed(papers: Papers) -> Callable[..., Run[str]]:
    """Run `papers digest --mail` for a person with an address."""
    return lambda *words: papers("digest", "--mail", *words, env={"PAPERCLI_MAIL_TO": "you@example.org"})


def come(hub: Hub, day: str, *more: dict) -> None:
    """The listing of `day` opens on the hub."""
    hub.days[day] = [*sample_days().get(day, []), *more]
    hub.today = date.fromisoformat(day)


def of(hub: Hub, *days: str) -> set[str]:
    return {row["paper"]["id"] for day in days for row in hub.days[day]}


def late(row: dict, day: str, id: str) -> dict:
    row = copy.deepcopy(row)
    row["paper"] |= {"id": id, "submittedOnDailyAt": f"{day}T08:00:00.000Z"}
    return row


def ids(run: Run[str]) -> list[str]:
    assert run.returncode == 0, run.stderr
    return run.stdout.split()


def mail_of(run: Run[str]) -> EmailMessage:
    assert run.returncode == 0, run.stderr
    mail = email.message_from_string(run.stdout, policy=default)
    assert isinstance(mail, EmailMessage)
    return mail


def papers_of(run: Run[str]) -> set[str]:
    text = mail_of(run).get_body(("plain",))
    assert text is not None
    return {line.rpartition("/")[2] for line in text.get_content().split() if "/papers/" in line}


class Tags(HTMLParser):
    """Every tag and attribute of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.given: list[tuple[str, str]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.given += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data


# What it holds


def test_topics_come_first_then_the_most_upvoted_of_the_rest_each_paper_once(papers: Papers, hub: Hub) -> None:
    papers("follow", "add", "light", "diffusion OR speculative")
    papers("follow", "add", "models", "diffusion OR vision OR tokens")
    rows = json.loads(papers("digest", "--json", "-n0").stdout)
    assert {row["id"] for row in rows} == of(hub, FIRST) and len(rows) == len(hub.days[FIRST])
    kinds = [[topic for topic in ("light", "models") if f"topic {topic}" in row["why"]] for row in rows]
    assert sorted(kinds, key=lambda kind: ("light" not in kind, not kind)) == kinds
    assert kinds[0] == ["light", "models"] and ["models"] in kinds and kinds[-1] == []
    rest = [row["upvotes"] or 0 for row, kind in zip(rows, kinds, strict=True) if not kind]
    assert rest == sorted(rest, reverse=True)
    assert all("by votes on 1 Jul" in row["why"][-1] for row in rows if row["upvotes"])


def test_the_text_is_72_columns_and_says_what_was_left_out(papers: Papers) -> None:
    run = papers("digest", "-n", "2")
    assert run.stdout.startswith("Papers of Wed 1 Jul 2026\n====")
    assert all(len(line) <= 72 or line.startswith("   https://") for line in run.stdout.splitlines())
    assert f"and {len(sample_days()[FIRST]) - 2} more: papers day {FIRST} shows all" in run.stdout
    assert run.stdout.count("   https://huggingface.co/papers/") == 2
    assert papers("digest", env={"PAPERCLI_DIGEST_LIMIT": "2"}).stdout == run.stdout


def test_hidden_and_muted_papers_stay_out_and_only_a_followed_topic_may_be_asked_for(papers: Papers, hub: Hub) -> None:
    everything = ids(papers("digest", "-o", "ids", "-n0"))
    papers("hide", everything[0])
    papers("mute", "add", "diffusion")
    left = ids(papers("digest", "-o", "ids", "-n0"))
    muted = set(ids(papers("today", "-o", "ids", "--muted")))
    assert muted and set(left) == set(everything) - {everything[0]} - muted
    papers("follow", "add", "vision", "vision OR tokens")
    only = ids(papers("digest", "--follow", "vision", "-o", "ids"))
    assert only and set(only) == set(ids(papers("today", "-k", "vision OR tokens", "-o", "ids")))
    unknown = papers("digest", "--follow", "vison")
    assert unknown.returncode == 2 and "did you mean vision?" in unknown.stderr


def test_other_days_are_asked_for_as_everywhere(papers: Papers, hub: Hub) -> None:
    come(hub, SECOND)
    come(hub, THIRD)
    assert set(ids(papers("digest", "2026-W27", "-o", "ids", "-n0"))) == of(hub, FIRST, SECOND, THIRD)
    assert set(ids(papers("digest", "yesterday", "-o", "ids", "-n0"))) == of(hub, SECOND)
    assert "Papers of week 27 of 2026, 29 Jun to 5 Jul" in papers("digest", "2026-W27").stdout
    assert papers("digest", "no-day").returncode == 2


@pytest.mark.parametrize("format", ["text", "md", "html"])
def test_of_nothing_there_is_no_digest(papers: Papers, format: str) -> None:
    run = papers("digest", "2026-06-28", "-o", format)
    assert (run.returncode, run.stdout) == (0, "")
    assert run.stderr == "papers: nothing for a digest of Sun 28 Jun 2026: nothing is listed on Saturdays and Sundays\n"
    assert papers("digest", "2026-06-28", "--json").stdout == "[]\n"


def test_filters_narrow_it_and_other_formats_list_its_papers(papers: Papers) -> None:
    top = papers("digest", "--min-upvotes", "20", "-o", "tsv", "-n0").stdout.splitlines()
    assert top and all(int(line.split("\t")[2]) >= 20 for line in top)
    assert "@misc{" in papers("digest", "-n1", "-o", "bibtex").stdout
    assert list(json.loads(papers("digest", "-n1", "--json", "--fields", "id,rank").stdout)[0]) == ["id", "rank"]
    assert papers("digest", "--fields", "id").returncode == 2  # text has no fields to choose from


def test_the_html_holds_nothing_but_words_and_https_links(papers: Papers, hub: Hub) -> None:
    hub.days[FIRST][0]["paper"] |= {
        "title": '<img src=x onerror=alert(1)>"><script>x</script>', "githubRepo": "http://plain.example/code",
        "projectPage": "javascript:alert(1)", "ai_summary": "</p><style>@import 'https://x.example'</style>",
    }  # fmt: skip
    page = Tags(papers("digest", "-o", "html", "-n0").stdout)
    assert page.tags == {"html", "head", "meta", "title", "body", "h1", "h2", "h3", "p", "a"}
    assert {name for name, _ in page.given} == {"lang", "style", "charset", "name", "content", "dir", "href", "rel"}
    assert all(value.startswith("https://") for name, value in page.given if name == "href")
    assert not any("url(" in value or "http" in value for name, value in page.given if name == "style")
    assert "<script>x</script>" in page.text


# The mail


def test_a_mail_has_both_readings_and_no_other_headers_than_ours(mailed: Callable[..., Run[str]]) -> None:
    run = mailed()
    mail = mail_of(run)
    assert [name for name, _ in mail.items()] == [
        "Date", "Message-ID", "Subject", "List-Id", "Auto-Submitted", "From", "To", "MIME-Version", "Content-Type",
    ]  # fmt: skip
    assert (mail["From"], mail["To"]) == ("you@example.org", "you@example.org")
    assert mail["Subject"] == "papers: 9 new on Wed 1 Jul 2026"
    assert mail["List-Id"] == "<digest.papercli.localhost>"
    assert abs(mail["Date"].datetime.timestamp() - time.time()) < 60
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert run.stdout.isascii() and "\r" not in run.stdout
    assert max(map(len, run.stdout.splitlines())) <= 78
    assert not mail.defects and not any(part.defects for part in mail.walk())


HOSTILE = (
    "=?utf-8?q?a=0ABcc:_evil@x.example?=", "a\r\nBcc: evil@x.example", "b\u0085Bcc: evil@x.example",
    "c\u2028Bcc: evil@x.example", "d\n.\nMAIL FROM:<evil@x.example>", "=?utf-8?b?QmNjOiBldmls?=", "\x00\x0b\x0cBcc: x",
)  # fmt: skip


def test_no_words_of_others_reach_a_header(papers: Papers, mailed: Callable[..., Run[str]], hub: Hub) -> None:
    for row, words in zip(hub.days[FIRST], HOSTILE, strict=False):
        row["paper"] |= {"title": words, "summary": words, "ai_summary": words, "authors": [{"name": words}],
                         "organization": {"name": words, "fullname": words}}  # fmt: skip
        row["title"] = words
    run = mailed("-n0")
    mail = mail_of(run)
    assert len(mail.keys()) == 9 and mail["Subject"] == "papers: 9 new on Wed 1 Jul 2026"
    head = run.stdout.partition("\n\n")[0]
    assert "evil" not in head and "Bcc" not in head and "=?" not in head
    assert [line for line in run.stdout.splitlines() if line.lower().startswith(("bcc", "mail from", "."))] == []


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("PAPERCLI_MAIL_TO", "you@example.org\r\nBcc: evil@x.example"),
        ("PAPERCLI_MAIL_TO", "=?utf-8?q?a=0ABcc:_evil@x.example?= <you@example.org>"),
        ("PAPERCLI_MAIL_TO", "=?utf-8?q?a?=@example.org"),
        ("PAPERCLI_MAIL_FROM", "x\u2028Bcc: evil@x.example <you@example.org>"),
        ("PAPERCLI_MAIL_FROM", "nobody"),
        ("PAPERCLI_MAIL_FROM", "a b@example.org"),
        ("PAPERCLI_MAIL_TO", "you@example.org, -oQ/tmp"),
    ],
)
def test_an_address_that_is_none_is_refused_by_its_setting(papers: Papers, key: str, value: str) -> None:
    run = papers("digest", "--mail", env={"PAPERCLI_MAIL_TO": "you@example.org", key: value})
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.startswith(f"papers: {key}" if "\n" in value or "\u2028" in value else "papers: mail.")


def test_names_keep_their_accents_and_several_may_get_it(papers: Papers) -> None:
    env = {
        "PAPERCLI_MAIL_TO": "Zoë Müller <zoe@example.org>, b@example.org",
        "PAPERCLI_MAIL_FROM": "papers@example.org",
    }
    run = papers("digest", "--mail", env=env)
    mail = mail_of(run)
    assert [str(address) for address in mail["To"].addresses] == ["Zoë Müller <zoe@example.org>", "b@example.org"]
    assert run.stdout.isascii() and mail["Message-ID"].endswith("@example.org>")


def test_without_an_address_the_setting_is_named_before_anything_is_asked(papers: Papers, hub: Hub) -> None:
    run = papers("digest", "--mail")
    assert (run.returncode, run.stdout, hub.requests) == (2, "", [])
    assert run.stderr == (
        "papers: nobody gets the mail: mail.to is not set\nhint: papers config set mail.to you@example.org\n"
    )
    for words in (("--mail", "--send"), ("--mail", "-o", "html"), ("--send", "--offline")):
        assert papers("digest", *words, env={"PAPERCLI_MAIL_TO": "you@example.org"}).returncode == 2


# Once, and nothing lost


def test_a_listing_is_mailed_once_and_again_only_when_asked_for(mailed: Callable[..., Run[str]]) -> None:
    first, second = mailed(), mailed()
    assert (second.returncode, second.stdout) == (0, "")
    assert "of Wed 1 Jul 2026 was written before; --refresh" in second.stderr
    again = mailed("--refresh")
    assert papers_of(again) == papers_of(first) != set()
    assert mail_of(again)["Message-ID"] != mail_of(first)["Message-ID"]


def test_each_topic_and_each_span_is_mailed_for_itself(papers: Papers, mailed: Callable[..., Run[str]]) -> None:
    papers("follow", "add", "vision", "vision OR tokens")
    for words in ((), ("--follow", "vision"), (FIRST,), ("2026-W27",)):
        assert mailed(*words).stdout
        assert mailed(*words).stdout == ""
    assert mail_of(mailed("--follow", "vision", "--refresh"))["List-Id"] == "<digest-vision.papercli.localhost>"


def test_what_came_after_the_mail_is_in_the_next_one(papers: Papers, mailed: Callable[..., Run[str]], hub: Hub) -> None:
    mailed("-n0")
    hub.days[FIRST].append(late(sample_days()[THIRD][0], FIRST, "2607.90001"))
    time.sleep(1.1)  # an observation is a second's
    assert mailed("-n0", "--refresh").stdout  # asked for again: the whole day, the late one too
    hub.days[FIRST].append(late(sample_days()[THIRD][1], FIRST, "2607.90002"))
    time.sleep(1.1)
    come(hub, SECOND)
    come(hub, THIRD)
    run = mailed("-n0")
    assert run.stdout == "" and "written before" in run.stderr  # what is known of the newest listing is still fresh
    papers("week", "--refresh")
    run = mailed("-n0")
    assert papers_of(run) == of(hub, SECOND, THIRD) | {"2607.90002"}
    assert "on Fri 3 Jul 2026" in mail_of(run)["Subject"]
    assert mailed("-n0").stdout == ""


def test_a_topic_s_paper_that_no_feed_lists_comes_once(
    papers: Papers, mailed: Callable[..., Run[str]], hub: Hub
) -> None:
    papers("follow", "add", "tides", "tidepool")
    mailed()
    come(hub, SECOND)
    found = late(sample_days()[THIRD][0], SECOND, "2607.90003")
    found["paper"] |= {"title": "A tidepool of gradients", "publishedAt": "2026-07-02T00:00:00.000Z"}
    found["paper"].pop("submittedOnDailyAt")
    hub.days["2020-01-01"], hub.hits = [found], ["2607.90003"]
    time.sleep(1.1)  # what is met in the second of a mail is of that mail
    papers("search", "tidepool", "--refresh")  # the mail asks too, but not twice within an hour
    papers("week", "--refresh")
    assert "2607.90003" in papers_of(mailed())
    come(hub, THIRD)
    papers("week", "--refresh")
    time.sleep(1.1)
    run = mailed()
    assert run.stdout and "2607.90003" not in papers_of(run)


def test_what_is_not_whole_is_not_mailed_and_comes_later(
    papers: Papers, mailed: Callable[..., Run[str]], hub: Hub
) -> None:
    mailed()
    come(hub, THIRD)
    papers("today", "--refresh")  # 2 July was never asked for, and now it cannot be
    hub.faults += ["_500"] * 20
    run = mailed()
    assert (run.returncode, run.stdout) == (8, ""), run.stderr
    assert "the digest was not written: 2026-07-02" in run.stderr
    hub.faults.clear()
    assert papers_of(mailed("-n0")) == of(hub, THIRD)


def test_a_mail_that_could_not_be_written_is_still_to_come(
    environ: dict[str, str], mailed: Callable[..., Run[str]]
) -> None:
    environ["PAPERCLI_MAIL_TO"] = "you@example.org"
    command = f"{sys.executable} -m papercli digest --mail > /dev/full"
    done = subprocess.run(["sh", "-c", command], env=environ, capture_output=True, text=True, timeout=60)
    assert done.returncode == 74
    assert mailed().stdout


def test_of_several_at_once_one_writes_it(environ: dict[str, str], papers: Papers) -> None:
    environ["PAPERCLI_MAIL_TO"] = "you@example.org"
    papers("today")
    command = [sys.executable, "-m", "papercli", "digest", "--mail"]
    running = [
        subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    said = [process.communicate(timeout=60) for process in running]
    assert sorted(bool(out) for out, _ in said) == [False, False, False, True], said
    assert all(process.returncode == 0 for process in running)


def test_a_library_that_keeps_nothing_lets_nothing_out(
    environ: dict[str, str], mailed: Callable[..., Run[str]], home: Path
) -> None:
    (home / "data").mkdir(parents=True)
    (home / "data" / "library.db").write_bytes(b"no library" * 1000)
    run = mailed()
    assert (run.returncode, run.stdout) == (7, "")


def test_the_made_up_feed_makes_a_mail_too(papers: Papers, tmp_path: Path) -> None:
    env = {"TMPDIR": str(tmp_path), "PAPERCLI_MAIL_TO": "you@example.org"}
    mail = mail_of(papers("--demo", "digest", "--mail", env=env))
    assert mail["Date"] == "Fri, 03 Jul 2026 15:00:00 +0000"
    text = mail.get_body(("plain",))
    assert text is not None and "A made-up sample: no such papers exist." in text.get_content()
