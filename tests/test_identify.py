from __future__ import annotations

import csv
import io
import json
import random
import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from papercli.errors import BadRequest
from papercli.identify import MAX_INPUT, ids_in, looks_like_row, paper_id, version
from papercli.text import line

quick = settings(max_examples=1_000, deadline=None, derandomize=True, database=None)

FRAMES = [
    "{}",
    " {}\n",
    "arXiv:{}",
    "arxiv: {}",
    "ARXIV:{}",
    "{}.pdf",
    "https://arxiv.org/abs/{}",
    "http://arxiv.org/abs/{}/",
    "https://www.arxiv.org/abs/{}?context=cs.CL",
    "https://export.arxiv.org/abs/{}#comments",
    "HTTPS://ArXiv.org/abs/{}",
    "arxiv.org/abs/{}",
    "https://arxiv.org/pdf/{}",
    "https://arxiv.org/pdf/{}.pdf",
    "https://arxiv.org/pdf/{}.pdf#page=3",
    "https://arxiv.org/html/{}",
    "https://arxiv.org/html/{}/figures/x1.png",
    "https://huggingface.co/papers/{}",
    "https://huggingface.co/papers/{}.md",
    "https://www.huggingface.co/papers/{}?utm=x#community",
    "huggingface.co/papers/{}",
    "https://hf.co/papers/{}",
    "hf.co/papers/{}.md",
    "https://www.alphaxiv.org/abs/{}",
    "https://alphaxiv.org/overview/{}",
    "https://www.alphaxiv.org/pdf/{}",
    "10.48550/arXiv.{}",
    "doi:10.48550/arXiv.{}",
    "https://doi.org/10.48550/arXiv.{}",
    "https://dx.doi.org/10.48550/ARXIV.{}",
]


@pytest.mark.parametrize("bare", ["2501.12948", "2606.12340", "0704.0001", "1412.6980", "hep-th/9901001", "cs/0503050"])
@pytest.mark.parametrize("frame", FRAMES)
def test_every_written_form_of_a_paper_is_its_bare_id(frame, bare):
    for suffix, number in (("", None), ("v2", 2), ("v13", 13), ("V1", 1)):
        written = frame.format(bare + suffix)
        assert paper_id(written) == bare
        assert version(written) == number


@pytest.mark.parametrize(
    ("written", "bare"),
    [
        ("2406.105", "2406.00105"),
        ("2406.1051v2", "2406.01051"),
        ("1501.105", "1501.00105"),
        ("1412.105", "1412.0105"),
        ("arXiv:0704.105", "0704.0105"),
        ("math.GT/0309136", "math/0309136"),
        ("cond-mat.mes-hall/0309136v1", "cond-mat/0309136"),
        ("HEP-TH/9901001", "hep-th/9901001"),
        ("https://arxiv.org/abs/math.GT/0309136", "math/0309136"),
    ],
)
def test_short_and_classified_ids_are_read_as_arxiv_reads_them(written, bare):
    assert paper_id(written) == bare
    assert paper_id(bare) == bare


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            " ",
            "foo",
            "3",
            "12",
            "-",
            "2501",
            "2501.",
            ".12948",
            "2501.12",
            "2501.123456",
            "25011.2948",
            "2501,12948",
        ),
        *("2501.12948v", "2501.12948v0", "2501.12948x", "v2", "2501.12948/x", "2501.12948?x", "2501.12948 2501.12949"),
        *(
            "x2501.12948",
            "٢٥٠١.١٢٩٤٨",
            "2501.1294８",
            "2501\uff0e12948",
            "phy\u017fics/9901001",
            "foo/9901001",
            "hep-th/990100",
        ),
        *(
            "hep-th/99010011",
            "/9901001",
            "arXiv:",
            "https://arxiv.org/",
            "https://arxiv.org/abs/",
            "https://arxiv.org/list/cs.CL",
        ),
        *(
            "https://huggingface.co/papers",
            "https://huggingface.co/papers/date/2026-07-03",
            "https://huggingface.co/meta/2501.12948",
        ),
        *(
            "https://arxiv.org@evil.org/abs/2501.12948",
            "https://notarxiv.org/abs/2501.12948",
            "https://arxiv.org.evil.org/abs/2501.12948",
        ),
        *(
            "ftp://arxiv.org/abs/2501.12948",
            "javascript:2501.12948",
            "https://example.org/2501.12948",
            "10.1145/2501.12948",
        ),
        *(
            "\x1b]0;x\x07",
            "2501.12948\x00",
            "2501.12948\n2501.12949",
            "\u202e2501.12948",
            "https://arxiv.org/abs/2501.12948 x\ny",
        ),
        *("1" * 100_000, "https://arxiv.org/abs/2501.12948?" + "x" * 2_000),
    ],
    ids=lambda text: ascii(text)[:40],
)
def test_what_is_no_id_is_refused_in_one_clean_sentence(text):
    with pytest.raises(BadRequest) as refused:
        paper_id(text)
    assert line(message := str(refused.value)) == message and len(message) < 90
    assert "2501.12948" in refused.value.hint and "https://" in refused.value.hint
    assert version(text) is None


def test_the_refusal_names_what_was_typed():
    with pytest.raises(BadRequest, match=r"^“foo” is not a paper id$"):
        paper_id("foo")


def test_a_row_is_a_number_of_one_to_four_ascii_digits():
    for number in range(1, 10_000):
        assert looks_like_row(str(number)) == number
    for text in (
        "0",
        "0000",
        "10000",
        "-1",
        "+1",
        "1.0",
        "",
        " 1",
        "1 ",
        "٣",
        "²",
        "1_0",
        "2501.12948",
        "x",
        "9" * 5_000,
    ):
        assert looks_like_row(text) is None


# --- what a pipe sends

IDS = ["2606.12340", "2501.12948", "hep-th/9901001", "2606.00010", "0704.0001", "1412.6980"]
CITING = "An answer to arXiv:1706.03762 and https://arxiv.org/abs/2005.14165, 36% better"


def as_csv(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


PIPES = {
    "ids": "\n".join(IDS),
    "ids with versions and spaces": "\r\n".join(f"  {one}v2  " for one in IDS) + "\r\n",
    "nul": "\0".join(IDS) + "\0",
    "one line": " ".join(IDS),
    "one line with commas": ", ".join(IDS),
    "files": "\n".join(f"{one}.pdf" for one in IDS),
    "tsv": "\n".join(f"{one}\t2026-07-03\t12\t{CITING}\tA. Lee\thttps://huggingface.co/papers/{one}" for one in IDS),
    "tsv of ids": "\n".join(f"{one}\t1706.03762" for one in IDS),
    "csv": as_csv([["id", "listed", "title"], *([one, "2026-07-03", CITING] for one in IDS)]),
    "quoted csv": "\n".join(f'"{one}","2026-07-03","{CITING}"' for one in IDS),
    "notes": "\n".join(f"arXiv:{one} # {CITING}" for one in IDS),
    "urls": "\n".join(f"https://huggingface.co/papers/{one}" for one in IDS),
    "json": json.dumps([{"id": one, "title": CITING, "upvotes": 1.5} for one in IDS]),
    "indented json": json.dumps([{"title": CITING, "id": one} for one in IDS], indent=2),
    "jsonl": "\n".join(json.dumps({"id": one, "title": CITING}) for one in IDS) + "\n",
    "json sequence": "\n".join(json.dumps({"id": one, "title": CITING}, indent=2) for one in IDS),
    "json strings": json.dumps(IDS),
    "jsonl of strings": "\n".join(json.dumps(f"https://arxiv.org/abs/{one}v1") for one in IDS),
    "jsonl with a broken end": "\n".join(json.dumps({"id": one, "title": CITING}) for one in IDS) + '\n{"title": "x',
    "bibtex": "% kept\n" + "\n".join(
        f"@misc{{key{n},\n  title = {{{CITING}}},\n  eprint={{{one}}},\n  archivePrefix = {{arXiv}},\n  url={{http://x.org/}}\n}}"
        for n, one in enumerate(IDS)
    ),
    "bibtex on one line": " ".join(f'@misc{{k, eprint = "{one}", note = "{CITING}"}}' for one in IDS),
    "atom": "".join(f"<entry><id>http://arxiv.org/abs/{one}v1</id></entry>" for one in IDS),
    "markdown": "\n".join(f"- **[A title](https://arxiv.org/abs/{one})**, 12 votes" for one in IDS),
    "references": "\n".join(f"[{n}] A. Lee et al. *A title.* arXiv:{one}, 2026." for n, one in enumerate(IDS)),
    "prose": " ".join(f"We (see arXiv:{one}v3) differ;" for one in IDS),
    "bare in prose": " ".join(f"We ({one}) differ." for one in IDS),
    "dois": " ".join(f"doi:10.48550/arXiv.{one}," for one in IDS),
    "latex": "\n".join(rf"\item \url{{https://arxiv.org/pdf/{one}.pdf}}." for one in IDS),
}  # fmt: skip


@pytest.mark.parametrize("form", PIPES)
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_what_one_program_prints_another_reads(form, mark):
    text = mark + PIPES[form]
    assert ids_in(text) == IDS
    assert ids_in(text.encode()) == IDS
    assert ids_in(text + "\n" + text) == IDS
    assert ids_in(text, limit=2) == IDS[:2]


def test_no_id_goes_through_a_float():
    every = [f"2606.{number:05}" for number in range(0, 100_000, 7)]
    assert ids_in("\n".join(every)) == every
    assert ids_in("2606.12340") == ["2606.12340"]
    assert ids_in("[2606.12340, 2501.00010, 12, 3.5, 1e5, NaN]") == ["2606.12340", "2501.00010"]
    assert ids_in('{"id": 2606.12340}') == ["2606.12340"]
    assert ids_in('{"id": 2606.1234}') == []


def test_a_hundred_thousand_ids_are_read_and_no_more():
    every = [f"26{month:02}.{number:05}" for month in (1, 2) for number in range(60_000)]
    assert ids_in("\n".join(every)) == every[:100_000]


def test_objects_that_are_no_papers_are_skipped():
    rows = [{"id": "gpt2"}, {"id": None}, {"id": 3}, {"id": ["2501.00001"]}, {"title": "x"}, None, True, 3, [], "x"]
    assert ids_in(json.dumps([*rows, {"id": "2501.00002v1"}])) == ["2501.00002"]
    linked = {"id": "2501.00001", "linked": {"models": [{"id": "2501.00009"}]}}
    assert ids_in(json.dumps(linked)) == ["2501.00001"]


def test_a_bibliography_entry_without_an_eprint_is_found_by_its_links():
    entries = """
    @article{a, title={On arXiv:1111.1111}, journal={arXiv preprint arXiv:1706.03762}, year={2017}}
    @misc{b, howpublished = {\\url{https://arxiv.org/abs/2501.00001v2}}, abstract={cites 2501.00009}}
    @article{c, eprint = {2501.00008}, eprinttype = {HAL}, doi = {10.48550/arXiv.2501.00002}}
    @article{d, eprint = {2501.00008}, archivePrefix = {PubMed}, url = {https://huggingface.co/papers/2501.00003}}
    @article{e, eprint = {hep-th/9901001}, url = {https://arxiv.org/abs/2501.00008}}
    @article{f, eprint = 2501.00004, archivePrefix = "arXiv"}
    @book{g, title = {A book about 2501.00007}, doi = {10.1000/2501.00006}, abstract = {See arXiv:2501.00005}}
    @string{x = {2501.00005}}
    """
    assert ids_in(entries) == ["1706.03762", "2501.00001", "2501.00002", "2501.00003", "hep-th/9901001", "2501.00004"]


@pytest.mark.parametrize(
    "text",
    [
        *("", " \n\0\t", "3\n7\n12", "1", "null", "[]", "{}", '""', "[[", "hello", "3.14159", "1024.0000 MB"),
        *("2501.123456", "12501.12948", "2501.12948.1", "2501.1294", "192.168.0.1", "2501.12948abc", "@handle"),
        *("in 2024.12345 and 2013.00001", "from 1404.12345 to 1504.1234", "and/9901001", "a hep-th/9913001"),
        *("https://example.org/abs/2501.12948", "doi:10.1145/2501.12948", "https://doi.org/10.1145/2501.12948"),
        *("notarxiv.org/abs/2501.12948x", "@book{a, title={2501.12948}}"),
    ],
)  # fmt: skip
def test_numbers_that_are_no_papers_are_left_alone(text):
    assert ids_in(text) == []


def test_a_line_that_begins_with_an_id_gives_only_that_one():
    assert ids_in(f"2501.12948 {CITING}\nSee: {CITING}") == ["2501.12948", "1706.03762", "2005.14165"]
    assert ids_in(f"2501.12948: {CITING}") == ["2501.12948"]
    assert ids_in("9999.99999\tx") == ["9999.99999"]


def test_punctuation_after_a_link_is_not_part_of_it():
    said = "Read https://arxiv.org/abs/2501.00001. **https://hf.co/papers/2501.00002**: it (arxiv.org/pdf/2501.00003)!"
    assert ids_in(said) == ["2501.00001", "2501.00002", "2501.00003"]


def test_an_at_sign_alone_is_no_bibliography():
    assert ids_in("@handle (on arXiv:2501.00001)") == ["2501.00001"]


def test_bytes_that_are_no_text_do_not_hide_the_others():
    assert ids_in(b"\xff\xfe\x80 2501.00001\xff\n\xc3\n2501.00002") == ["2501.00001", "2501.00002"]


def test_a_broken_line_among_json_lines_costs_only_itself():
    lines = [
        '{"id": "2501.00001", "title": "x"}',
        '{"id": }',
        "not json",
        '{"id": "2501.00002"}',
        "[" * 5_000,
        '"2501.00003"',
    ]
    assert ids_in("\n".join(lines)) == ["2501.00001", "2501.00002", "2501.00003"]


RECORDED = Path(__file__).parents[2] / "shared" / "recordings" / "hf_daily"


@pytest.mark.skipif(not RECORDED.is_dir(), reason="no recorded listings next to the project")
def test_real_papers_pass_through_every_pipe():
    days = sorted(RECORDED.glob("*.json"))[::20]
    papers = [entry["paper"] for day in days for entry in json.loads(day.read_bytes())]
    ids = list(dict.fromkeys(paper["id"] for paper in papers))
    assert len(ids) > 100
    rows = [{"id": paper["id"], "title": paper["title"], "abstract": paper["summary"]} for paper in papers]
    assert [paper_id(one) for one in ids] == ids
    assert ids_in(json.dumps(rows)) == ids_in("\n".join(map(json.dumps, rows))) == ids
    assert ids_in("\n".join("\t".join(" ".join(cell.split()) for cell in row.values()) for row in rows)) == ids


# --- hostile input

BOMBS = [
    *(
        "[",
        "1",
        "@a{",
        " ",
        "[\n",
        "[]\n",
        "{}",
        '"',
        '"a"\n',
        '{"id":',
        '["',
        "%",
        "%\n",
        "http://",
        "https://a.",
        "cs/",
        "1111.",
    ),
    *(
        "@a{eprint=",
        "@a{eprint ",
        "@a{url=\\url",
        "@",
        "@ ",
        "2501.00001 ",
        "2501.00001,",
        "\0",
        "10.1111/",
        "a.",
        "arxiv.org/",
    ),
    *("arxiv:", "arXiv: ", "\n", "\r", "\t", "{\n", "'", "\u3000", "é", "-", "www.", "\\", "eprint={", "2501.0000"),
]


@pytest.mark.parametrize("bomb", BOMBS, ids=ascii)
def test_a_great_heap_of_anything_is_read_in_linear_time(bomb):
    heap = bomb * (200_000 // len(bomb))
    started = time.process_time()
    for hostile in (heap, f"@a{{{heap}", f"https://arxiv.org/abs/{heap}"):
        assert set(ids_in(hostile)) <= {"2501.00001"}
    with pytest.raises(BadRequest):
        paper_id(heap)
    assert time.process_time() - started < 4  # the slowest takes 0.5 s; a square would take minutes


@pytest.mark.parametrize("bomb", ["[", "1", "@a{", " "], ids=ascii)
def test_a_megabyte_is_read_in_a_few_seconds(bomb):
    started = time.process_time()
    assert ids_in(bomb * (1_000_000 // len(bomb))) == []
    assert time.process_time() - started < 4


def test_of_an_endless_input_the_beginning_is_read():
    filler = "x" * (MAX_INPUT - 11)
    assert ids_in(f"2501.00001\n{filler}\n2501.00002") == ["2501.00001"]


pieces = st.sampled_from(
    [
        *(
            "2501.12948",
            "2606.12340",
            "2406.105",
            "9999.99999",
            "0704.0001",
            "hep-th/9901001",
            "math.GT/0309136",
            "v2",
            "v",
        ),
        *(
            "arXiv:",
            "https://arxiv.org/abs/",
            "hf.co/papers/",
            "10.48550/arXiv.",
            ".pdf",
            ".md",
            "?x",
            "#y",
            "/",
            "1",
            "3",
        ),
        *(
            "{",
            "}",
            "[",
            "]",
            '"',
            ":",
            ",",
            '"id":',
            '{"id":"',
            '"}',
            "\n",
            "\t",
            "\0",
            " ",
            "@misc{a,",
            "eprint={",
            "%",
        ),
        *("\x1b", "\u202e", "\ufeff", "é", "\udcff", "\u0662", "NaN", "1e999", "-0.0", "archivePrefix={HAL}", "url={"),
    ]
)
text = st.one_of(st.lists(pieces, max_size=12).map("".join), st.text(st.characters(codec=None), max_size=30))


@quick
@given(text)
@example("arXiv:2406.105")
@example("9999.99999 9999.99998")
def test_any_text_is_an_id_or_a_bad_request(written):
    try:
        bare = paper_id(written)
    except BadRequest as refused:
        assert line(str(refused)) == str(refused)
    else:
        assert paper_id(bare) == bare
        assert bare.isascii() and bare.isprintable() and " " not in bare
    for one in ids_in(written):
        assert paper_id(one) == one


@quick
@given(st.one_of(st.binary(max_size=60), text.map(lambda words: words.encode("utf-8", "surrogatepass"))))
def test_any_bytes_give_ids_and_no_error(data):
    found = ids_in(data)
    assert len(set(found)) == len(found)
    for one in found:
        assert paper_id(one) == one


def test_many_random_mixtures_give_ids_and_no_error():
    dice = random.Random(2501)
    bag = [
        *IDS,
        *FRAMES,
        *(form[:80] for form in PIPES.values()),
        "[",
        "]",
        "{",
        "}",
        '"',
        "\n",
        "\t",
        " ",
        ",",
        "@",
        "=",
    ]
    found = 0
    for _ in range(5_000):
        ids = ids_in("".join(dice.choices(bag, k=dice.randrange(8))))
        found += len(ids)
        assert all(paper_id(one) == one for one in ids)
    assert found > 1_000
