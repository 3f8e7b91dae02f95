"""`papers show`: every way to name a paper, and what is said of those that are not there."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path
from urllib.parse import quote

from conftest import Papers
from hub import Hub
from server import Server, answer

ID, OTHER = "2607.99013", "2607.99014"

NAMES = [
    "2607.99013", "2607.99013v2", "arXiv:2607.99013", "arxiv:2607.99013v1", "ARXIV:2607.99013",
    "https://arxiv.org/abs/2607.99013", "http://arxiv.org/abs/2607.99013v3", "https://www.arxiv.org/abs/2607.99013",
    "https://arxiv.org/pdf/2607.99013", "https://arxiv.org/pdf/2607.99013v2.pdf", "https://arxiv.org/html/2607.99013v1",
    "https://export.arxiv.org/abs/2607.99013", "arxiv.org/abs/2607.99013", "https://arxiv.org/abs/2607.99013?context=cs",
    "https://huggingface.co/papers/2607.99013", "https://hf.co/papers/2607.99013", "huggingface.co/papers/2607.99013",
    "https://huggingface.co/papers/2607.99013#community", "https://www.alphaxiv.org/abs/2607.99013",
    "https://alphaxiv.org/overview/2607.99013v1", "10.48550/arXiv.2607.99013", "https://doi.org/10.48550/arXiv.2607.99013",
]  # fmt: skip


def ids(text: str) -> list[str]:
    return text.split()


def test_every_written_form_names_the_same_paper_once(papers: Papers, hub: Hub) -> None:
    done = papers("show", *NAMES, "-o", "ids")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{ID}\n", "")
    assert hub.requests == [f"/api/papers/{ID}"]


def test_old_ids_work_with_their_slash(papers: Papers, odd_hub: Hub) -> None:
    names = ["hep-th/9907999", "arXiv:hep-th/9907999v1", "https://arxiv.org/abs/hep-th/9907999", "HEP-TH/9907999"]
    done = papers("show", *names, "--json", env={"HF_ENDPOINT": odd_hub.url})
    assert done.returncode == 0, done.stderr
    assert odd_hub.requests == [f"/api/papers/{quote('hep-th/9907999', safe='')}"]
    assert json.loads(done.stdout)["id"] == "hep-th/9907999"


def test_papers_come_in_the_order_named_and_each_once(papers: Papers) -> None:
    done = papers("show", OTHER, ID, OTHER, "-o", "ids")
    assert ids(done.stdout) == [OTHER, ID]
    papers("today", "--reverse")
    numbered = papers("show", "12", "1", ID, "-o", "ids")
    assert ids(numbered.stdout)[0] == ID
    assert len(ids(numbered.stdout)) == 2
    for wrong in ("0", "13", "9999"):
        assert papers("show", wrong).returncode == 2, wrong


def test_json_is_one_object_for_one_and_an_array_for_several(papers: Papers) -> None:
    listed = json.loads(papers("today", "--json").stdout)[0]
    one = json.loads(papers("show", ID, "--json").stdout)
    assert list(one) == [*listed, "linked"]
    assert {**one, "fetched_at": ""} == {**listed, "linked": one["linked"], "fetched_at": ""}
    assert list(one["linked"]) == ["models", "datasets", "spaces"]
    assert one["linked"]["models"]["total"] == 7
    assert [item["id"] for item in one["linked"]["models"]["items"]] == ["example/model"]
    several = json.loads(papers("show", ID, OTHER, "--json").stdout)
    assert [row["id"] for row in several] == [ID, OTHER]
    assert several[0] == one
    assert all("linked" in row for row in several)
    lines = papers("show", ID, OTHER, "--jsonl").stdout.splitlines()
    assert [json.loads(line) for line in lines] == several
    page = papers("show", ID, "-o", "cards").stdout
    assert "Ilse Varnholt, Jiahe Ouyun @jiaheouyun," in page
    assert "example/model" in page


def test_an_id_that_does_not_exist_is_3_and_the_others_are_printed(papers: Papers) -> None:
    done = papers("show", ID, "2501.00001", OTHER, "1501.00002", "-o", "ids")
    assert (done.returncode, ids(done.stdout)) == (3, [ID, OTHER])
    assert "2501.00001" in done.stderr
    assert "1501.00002" in done.stderr
    assert ID not in done.stderr
    alone = papers("show", "2501.00001", "-o", "ids")
    assert (alone.returncode, alone.stdout) == (3, "")
    nothing = papers("show", "2501.00001", "1501.00002", "--json")
    assert (nothing.returncode, nothing.stdout) == (3, "[]\n")
    error = json.loads(nothing.stderr.splitlines()[-1])["error"]
    assert (error["code"], error["kind"]) == (3, "not_found")


def test_a_failure_beside_a_missing_paper_is_the_one_the_shell_hears(papers: Papers, hub: Hub) -> None:
    """Several at once: the first of 2, 4, 5, 6, 7, 3, 8."""
    hub.faults = ["_403"]
    done = papers("show", ID, "2501.00001", "-o", "ids")
    assert done.returncode == 4, "whichever of the two the server refused"
    hub.faults = ["_html200", "_html200"]
    done = papers("show", "2501.00001", "2501.00002")
    assert (done.returncode, done.stdout) == (6, "")


def older(home: Path, seconds: int) -> None:
    """As if what links to the papers had been asked for that much earlier, and the answers been cleared away."""
    with sqlite3.connect(home / "data" / "library.db") as db:
        db.execute("UPDATE linked SET at = at - ?", [seconds])
    db.close()
    shutil.rmtree(home / "cache")


def test_a_paper_is_kept_for_an_hour_and_asked_for_when_only_listed(papers: Papers, hub: Hub, home: Path) -> None:
    papers("today")
    asked = len(hub.requests)
    first = papers("show", ID, "--json").stdout
    assert len(hub.requests) == asked + 1, "a listing says nothing of what is linked"
    assert papers("show", ID, "--json").stdout == first
    assert papers("--offline", "show", ID, "--json").stdout == first
    older(home, 3_000)
    assert papers("show", ID, "--json").stdout == first
    assert len(hub.requests) == asked + 1
    papers("show", ID, "--refresh")
    assert len(hub.requests) == asked + 2
    older(home, 3_700)
    papers("show", ID)
    assert len(hub.requests) == asked + 3
    older(home, 3_700)
    hub.faults = ["_html200"]
    kept = papers("show", ID, "--json")
    assert (kept.returncode, kept.stdout) == (0, papers("--offline", "show", ID, "--json").stdout)
    note = json.loads(kept.stderr)["note"]
    assert note["kind"] == "kept" and note["message"].endswith("what links to it is shown as it was kept 1 h ago")
    with Server() as refusing:
        refusing.on("/api/papers/*", answer(b"{}", 400))
        refused = papers("show", ID, "--json", env={"HF_ENDPOINT": refusing.url})
    assert (refused.returncode, refused.stdout) == (0, kept.stdout)
    assert "refused the question: 400 Bad Request; what links to it is shown as it was kept 1 h ago" in refused.stderr
    listed = papers("show", OTHER, env={"HF_ENDPOINT": "http://127.0.0.1:9"})
    assert listed.returncode == 0 and "connection refused; what links to it is not known" in listed.stderr


def test_refresh_asks_anyway(papers: Papers, hub: Hub) -> None:
    for words in (["show", ID], ["today"]):
        papers(*words)
        for _ in range(2):
            asked = len(hub.requests)
            papers(*words, "--refresh")
            assert len(hub.requests) == asked + 1, words


def test_offline_shows_what_is_known(papers: Papers, hub: Hub) -> None:
    papers("today")
    asked = len(hub.requests)
    listed = papers("--offline", "show", OTHER, "--json")
    assert listed.returncode == 0
    assert json.loads(listed.stdout)["id"] == OTHER
    unknown = papers("--offline", "show", "2501.00001", "-o", "ids")
    assert (unknown.returncode, unknown.stdout) == (6, "")
    assert papers("show", OTHER, env={"PAPERCLI_OFFLINE": "1"}).returncode == 0
    assert len(hub.requests) == asked


def test_showing_a_paper_takes_nothing_from_its_listing(papers: Papers) -> None:
    before = papers("today", "-o", "tsv").stdout
    papers("show", ID, OTHER)
    assert papers("today", "-o", "tsv").stdout == before
    assert ids(papers("show", "1", "-o", "ids").stdout) == [ID], "and numbers no list"


BIBTEX = """@comment{x}
@article{a, title = {No 2501.00009 here}, eprint = {2607.99013}, archivePrefix = {arXiv}}
@misc{b, eprint={arXiv:2607.99014v2}}
"""


PROSE = """We read https://arxiv.org/abs/2607.99013v1, then
arXiv:2607.99014 (and 2607.99013 once more) in 2026, 3 times or 12."""


def test_standard_input_names_papers_in_every_form(papers: Papers) -> None:
    """`-`, and nothing at all, read standard input; numbers in it are not rows."""
    forms = {form: papers("show", ID, OTHER, "-o", form).stdout for form in ("ids", "tsv", "json", "jsonl")} | {
        "BibTeX": BIBTEX,
        "prose": PROSE,
        "strings": f'["{ID}", "{OTHER}v3"]',
        "a string a line": f'"{ID}"\n"{OTHER}"\n',
        "objects a line": f'{{"id": "{ID}", "title": "2501.00009"}}\n{{"id": "{OTHER}"}}',
        "objects over lines": json.dumps({"id": ID}, indent=1) + json.dumps({"id": OTHER}, indent=1),
        "ids from Windows": f"\ufeff{ID}\r\n{OTHER}\r\n",
        "ids in a row": f"{ID} {OTHER}",
    }
    for form, text in forms.items():
        done = papers("show", "-", "-o", "ids", input=text)
        assert (done.returncode, ids(done.stdout)) == (0, [ID, OTHER]), form
        assert papers("show", "-o", "ids", input=text).stdout == done.stdout, form
        mixed = papers("show", "2607.99001", "-", "-o", "ids", input=text)
        assert ids(mixed.stdout) == ["2607.99001", ID, OTHER], form


def test_standard_input_that_names_nothing_is_2(papers: Papers, hub: Hub) -> None:
    for text in ("", "\n", "3\n", "12\n7\n", "[]", "{}", "nothing here", "[3, 4]", '{"id": 3}', "\x00\xff" * 99):
        for words in (["show"], ["show", "-"]):
            done = papers(*words, input=text)
            assert (done.returncode, done.stdout, done.stderr.count("papers: ")) == (2, "", 1), text
    assert hub.requests == []


def test_a_listing_pipes_into_show(papers: Papers) -> None:
    for form in ("ids", "tsv", "json", "jsonl"):
        listing = papers("today", "-n", "3", "-o", form).stdout
        assert len(ids(papers("show", "-o", "ids", input=listing).stdout)) == 3, form
    zero = '{"id": "2607.99010"}\n'
    assert ids(papers("show", "-", "-o", "ids", input=zero).stdout) == ["2607.99010"]
    assert ids(papers("show", "-", "-o", "ids", input="2607.99010\n").stdout) == ["2607.99010"], "and not 2607.9901"


def test_where_fields_are_from_is_for_formats_that_tell_it(papers: Papers, hub: Hub) -> None:
    asked = len(hub.requests)
    for more in (["-o", "tsv"], [], ["--template", "{id}"]):
        done = papers("show", "2607.99013", "--provenance", *more)
        assert (done.returncode, done.stdout) == (2, "") and "--provenance is for" in done.stderr
    assert len(hub.requests) == asked
    assert "provenance" in papers("show", "2607.99013", "--provenance", "--json").stdout


def test_of_several_papers_those_that_could_not_be_asked_for_are_named(papers: Papers, hub: Hub) -> None:
    hub.faults += ["_500"] * 9
    done = papers("show", "2607.99013", "2607.99014")
    assert done.returncode == 6
    assert "papers: could not be asked for: 2607.99013, 2607.99014\n" in done.stderr
