"""References in four styles, read back by the programs that people read them with."""

from __future__ import annotations

import codecs
import json
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import bibtexparser
import latexcodec  # noqa: F401  # makes "ulatex" an encoding
import pytest
import rispy
from bibtexparser.middlewares import LatexDecodingMiddleware, SeparateCoAuthors, SplitNameParts
from hypothesis import given, settings
from hypothesis import strategies as st
from pybtex.database import Person, parse_string
from pybtex.richtext import Text

from arxiv_hub import ArxivHub
from conftest import Papers
from hub import Hub
from papercli.accents import in_tex
from papercli.paper import Entry
from papercli.render import REFERENCES, View, render
from papercli.render.bibtex import _title
from papercli.render.references import key, name
from papercli.sources.huggingface import HuggingFace
from papercli.value import changed
from test_cards import DEMO, ODD, entries_of
from test_start_up import HEAVY, NEIGHBOURS, imported

PAPER = changed(
    entries_of(DEMO)[0], id="1706.03762", title="Attention Is All You Need", published=date(2017, 6, 12),
    updated=date(2023, 8, 2), version=7, authors=("Ashish Vaswani", "Noam Shazeer"), categories=("cs.CL", "cs.LG"),
    doi=None, journal_ref=None,
)  # fmt: skip


def made(style: str, *entries: Entry, **changes: object) -> str:
    return render([changed(entry, **changes) for entry in entries or (PAPER,)], style, View())


def fields(text: str) -> dict[str, str]:
    """The fields of one reference as they are written, outer braces aside."""
    return dict(re.findall(r"^  (\w+) = \{?(.*?)\}?,$", text, re.M))


# The rules, one by one


def test_bibtex_is_what_arxiv_exports_with_the_fields_of_both_dialects() -> None:
    assert made("bibtex") == (
        "@misc{vaswani2017attention-1706.03762,\n"
        "  title = {Attention Is All You Need},\n"
        "  author = {Vaswani, Ashish and Shazeer, Noam},\n"
        "  year = {2017},\n"
        "  month = jun,\n"
        "  eprint = {1706.03762},\n"
        "  archivePrefix = {arXiv},\n"
        "  primaryClass = {cs.CL},\n"
        "  eprinttype = {arxiv},\n"
        "  eprintclass = {cs.CL},\n"
        "  url = {https://arxiv.org/abs/1706.03762},\n"
        "}\n"
    )


def test_biblatex_has_its_own_names() -> None:
    found = fields(made("biblatex"))
    assert made("biblatex").startswith("@online{vaswani2017attention-1706.03762,\n")
    assert (found["date"], found["eprinttype"], found["eprintclass"]) == ("2017-06-12", "arxiv", "cs.CL")
    assert not {"year", "archivePrefix", "primaryClass"} & set(found)


def test_ris_has_its_tags_and_line_ends() -> None:
    assert made("ris", abstract="One.\n\nTwo.", keywords=("a b",), doi="10.1000/x_y", journal_ref="J 1") == (
        "TY  - UNPD\r\nAU  - Vaswani, Ashish\r\nAU  - Shazeer, Noam\r\nTI  - Attention Is All You Need\r\n"
        "AB  - One. Two.\r\nPY  - 2017\r\nDA  - 2017/06/12\r\nDO  - 10.1000/x_y\r\n"
        "UR  - https://arxiv.org/abs/1706.03762\r\nL1  - https://arxiv.org/pdf/1706.03762\r\nKW  - a b\r\n"
        "KW  - cs.CL\r\nKW  - cs.LG\r\nPB  - arXiv\r\nM1  - arXiv:1706.03762\r\nN1  - J 1\r\nER  - \r\n"
    )


def test_csl_is_an_article_with_the_doi_of_the_preprint() -> None:
    (item,) = json.loads(made("csl", abstract="A."))
    assert item == {
        "id": "vaswani2017attention-1706.03762", "type": "article", "title": "Attention Is All You Need",
        "author": [{"family": "Vaswani", "given": "Ashish"}, {"family": "Shazeer", "given": "Noam"}],
        "issued": {"date-parts": [[2017, 6, 12]]}, "abstract": "A.", "DOI": "10.48550/arXiv.1706.03762",
        "URL": "https://arxiv.org/abs/1706.03762", "publisher": "arXiv", "number": "arXiv:1706.03762",
        "archive": "arXiv", "archive_location": "1706.03762", "language": "en",
    }  # fmt: skip
    assert json.loads(made("csl", doi="10.1000/x"))[0]["DOI"] == "10.1000/x"


@pytest.mark.parametrize("style", REFERENCES)
def test_the_year_is_that_of_version_1_and_no_version_is_named(style: str) -> None:
    text = made(style)
    assert "2017" in text
    assert "2023" not in text
    assert not re.search(r"1706\.03762v", text)


@pytest.mark.parametrize(
    ("id", "year"), [("1706.03762", "2017"), ("hep-th/9901001", "1999"), ("math.GT/0309136", "2003")]
)
def test_the_year_of_an_undated_paper_is_by_its_id(id: str, year: str) -> None:
    text = made("bibtex", id=id, published=None)
    assert f"  year = {{{year}}},\n" in text
    assert "month" not in text
    assert json.loads(made("csl", id=id, published=None))[0]["issued"] == {"date-parts": [[int(year)]]}


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("BERT: Pre-training of Deep Models", "{BERT}: Pre-training of Deep Models"),
        ("A KV Cache for LLaMA-2 and GPT-4", "A {KV} Cache for {LLaMA}-2 and {GPT}-4"),
        ("DeepSeek-V3, arXiv and iPhone", "{DeepSeek}-{V3}, {arXiv} and {iPhone}"),
        ("“Why” and 'How' of \"A\" A*", "“Why” and 'How' of {\"A\"} {A*}"),
        ("Q-Learning in 3D with C++", "{Q}-Learning in {3D} with {C++}"),
        ("Attention Is All You Need", "Attention Is All You Need"),
        (r"Bounds on $\alpha_t^2 \leq n$", r"Bounds on $\alpha_t^2 \leq n$"),
        (r"The $K$-Means of $\Omega_{x}$", r"The {$K$}-Means of {$\Omega_{x}$}"),
        (r"\$One Million, Earned", r"\$One Million, Earned"),
        ("From $5 to $10 a Day", r"From \$5 to \$10 a Day"),
        ("R&D at 100% of #1_x ~ y^z", r"{R\&D} at 100\% of \#1\_x \textasciitilde{} y\textasciicircum{}z"),
        ("a {b} }{ c", r"a \{b\} \textbraceright{}\textbraceleft{} c"),
        (r"a \newcommand b", r"a \textbackslash{}newcommand b"),
        (r"On $\input{x}$", r"On \$\textbackslash{}input\{x\}\$"),
        (r"On $a % b$", r"On \$a \% b\$"),
        (r"On $a}$ and ${b$", r"On \$a\textbraceright{}\$ and \$\textbraceleft{}b\$"),
        ("Two\n  lines\tof  it", "Two lines of it"),
        (r"Erd\H{o}s and Gödel, Łódź", r"Erd{\H{o}}s and G{\"o}del, {\L}{\'o}d{\'z}"),
        ("Straße ế ı 王 ∞", r"Stra{\ss}e {\'{\^e}} {\i} 王 ∞"),
    ],
)
def test_titles_are_written_for_tex(title: str, written: str) -> None:
    assert fields(made("bibtex", title=title))["title"] == written


def test_biblatex_keeps_its_letters() -> None:
    assert fields(made("biblatex", title=r"Erd\H{o}s, Gödel & BERT"))["title"] == r"Erdős, Gödel \& {BERT}"


@pytest.mark.parametrize(
    ("written", "family", "given", "particle", "suffix"),
    [
        ("Ashish Vaswani", "Vaswani", "Ashish", "", ""),
        ("Laurens van der Maaten", "Maaten", "Laurens", "van der", ""),
        ("Maria de la Cruz Santos", "Cruz Santos", "Maria", "de la", ""),
        ("Robert J. Downey Jr.", "Downey", "Robert J.", "", "Jr."),
        ("Robert Downey, Jr", "Downey", "Robert", "", "Jr."),
        ("Downey III, Robert", "Downey III", "Robert", "", ""),
        ("García Márquez, Gabriel", "García Márquez", "Gabriel", "", ""),
        ("John F. Kennedy", "Kennedy", "John F.", "", ""),
        ("Gabriel García Márquez", "Márquez", "Gabriel García", "", ""),
        (r"Paul Erd\H{o}s", "Erdős", "Paul", "", ""),
        ("and Lei Bai", "Bai", "Lei", "", ""),
        ("The Viet Bui", "Bui", "The Viet", "", ""),
    ],
)
def test_names_are_split_as_people_are_called(
    written: str, family: str, given: str, particle: str, suffix: str
) -> None:
    found = name(written)
    assert (found.family, found.given, found.particle, found.suffix) == (family, given, particle, suffix)
    assert not found.whole


@pytest.mark.parametrize(
    "written",
    ["Gemini Team", "The ATLAS Collaboration", "OpenAI", "DeepSeek-AI", "Meta AI", "王小明", "王 小明", "김철수",
     "Plato", "Research and Development", "MIT, Dept. of X, USA", "others"],
)  # fmt: skip
def test_groups_and_names_of_one_word_are_never_split(written: str) -> None:
    assert name(written).whole
    assert f"  author = {{{{{written}}} and Shazeer, Noam}},\n" in made("bibtex", authors=(written, "Noam Shazeer"))
    assert json.loads(made("csl", authors=(written,)))[0]["author"] == [{"literal": written}]


def test_last_first_is_written_only_where_that_is_certain() -> None:
    authors = ("Ashish Vaswani", "Gabriel García Márquez", "Laurens van der Maaten", "Robert J. Downey Jr.")
    assert fields(made("biblatex", authors=authors))["author"] == (
        "Vaswani, Ashish and Gabriel García Márquez and van der Maaten, Laurens and Downey, Jr., Robert J."
    )


@pytest.mark.parametrize(
    "doi", [None, "", "10.48550/arXiv.1706.03762", "10.48550/ARXIV.1", "x", "10.1/x}", "10.1000/{"]
)
def test_what_is_no_published_doi_is_none(doi: str | None) -> None:
    assert "doi" not in fields(made("bibtex", doi=doi))
    assert "DO  - " not in made("ris", doi=doi)


def test_a_published_doi_and_its_journal_are_told() -> None:
    found = fields(made("bibtex", doi="10.1000/a_b 10.1000/c", journal_ref="Ann. Phys. 1 & 2 (2018)"))
    assert (found["doi"], found["note"]) == ("10.1000/a_b", r"Ann. Phys. 1 \& 2 (2018)")
    assert fields(made("biblatex", doi="https://doi.org/10.1000/x"))["doi"] == "10.1000/x"


# Keys


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, "vaswani2017attention-1706.03762"),
        ({"title": "The Łódź Model"}, "vaswani2017lodz-1706.03762"),
        ({"title": r"$\alpha$-Flow"}, "vaswani2017flow-1706.03762"),
        ({"title": "王"}, "vaswani2017-1706.03762"),
        ({"authors": ("Laurens van der Maaten",)}, "maaten2017attention-1706.03762"),
        ({"authors": ("Søren Ærø",)}, "aero2017attention-1706.03762"),
        ({"authors": ("Gemini Team",)}, "geminiteam2017attention-1706.03762"),
        ({"authors": ("王小明",)}, "arxiv2017attention-1706.03762"),
        ({"authors": ()}, "arxiv2017attention-1706.03762"),
        ({"id": "math.GT/0309136"}, "vaswani2017attention-math.GT-0309136"),
    ],
)
def test_a_key_is_name_year_word_and_id(changes: dict[str, object], wanted: str) -> None:
    assert key(changed(PAPER, **changes)) == wanted


def test_papers_alike_have_keys_of_their_own_and_the_same_in_every_list() -> None:
    twin = changed(PAPER, id="1706.03763")
    alone, both = made("bibtex", twin), made("bibtex", PAPER, twin)
    assert len(set(re.findall(r"^@misc\{(.*),$", both, re.M))) == 2
    assert both.endswith(alone)
    assert made("bibtex", twin, PAPER).startswith(alone)


# Round trips


def by_bibtexparser(text: str) -> list[dict[str, object]]:
    read = bibtexparser.parse_string(
        text,
        append_middleware=[LatexDecodingMiddleware(keep_braced_groups=True), SeparateCoAuthors(), SplitNameParts()],
    )
    assert not read.failed_blocks
    return [{"key": entry.key, **{field.key: field.value for field in entry.fields}} for entry in read.entries]


def plain(text: str) -> str:
    """What TeX would print of it, as latexcodec reads it, which leaves `\\$` to readers of formulas."""
    return codecs.decode(text, "ulatex").replace(r"\$", "$").replace("{", "").replace("}", "")


TITLES = (
    "BERT & the KV Cache: 100% of #1_x", "Erdős, Gödel, Łódź and Straße", "王小明 at ∞", "From $5 to $10",
    "Attention Is All You Need", "Ünïcödé ñ å Ø ı đ Ş ç",
)  # fmt: skip
AUTHORS = ("Ashish Vaswani", "Laurens van der Maaten", "José Álvarez", "Gemini Team", "Paul Erdős", "王小明",
           "Gabriel García Márquez", "Robert J. Downey Jr.", "Research and Development")  # fmt: skip


@pytest.mark.parametrize("style", ["bibtex", "biblatex"])
@pytest.mark.parametrize("title", TITLES)
def test_bibtexparser_reads_back_what_was_written(style: str, title: str) -> None:
    (read,) = by_bibtexparser(made(style, title=title, authors=AUTHORS))
    assert str(read["title"]).replace("{", "").replace("}", "") == title
    assert read["eprint"] == PAPER.id
    assert str(read.get("year") or read["date"])[:4] == "2017"
    parts = read["author"]
    assert len(parts) == len(AUTHORS)  # type: ignore[arg-type]
    written = [" ".join([*a.first, *a.von, *a.last, *a.jr]) for a in parts]  # type: ignore[attr-defined]
    assert [name.replace("{", "").replace("}", "") for name in written] == list(AUTHORS)


@pytest.mark.parametrize("style", ["bibtex", "biblatex"])
@pytest.mark.parametrize("title", TITLES)
def test_pybtex_reads_back_what_was_written(style: str, title: str) -> None:
    (read,) = parse_string(made(style, title=title, authors=AUTHORS), "bibtex").entries.values()
    assert plain(read.fields["title"]) == title
    assert read.fields["eprint"] == PAPER.id
    assert (read.fields.get("year") or read.fields["date"])[:4] == "2017"

    def called(person: Person) -> str:
        parts = (person.first_names, person.middle_names, person.prelast_names, person.last_names, person.lineage_names)
        return plain(" ".join(word for part in parts for word in part))

    assert [called(person) for person in read.persons["author"]] == list(AUTHORS)


@pytest.mark.parametrize("day", [DEMO, ODD])
@pytest.mark.parametrize("style", ["bibtex", "biblatex"])
def test_a_day_with_every_anomaly_is_read_whole(style: str, day: str) -> None:
    text = made(style, *entries_of(day))
    wanted = [entry.id for entry in entries_of(day)]
    assert [read["eprint"] for read in by_bibtexparser(text)] == wanted
    assert [entry.fields["eprint"] for entry in parse_string(text, "bibtex").entries.values()] == wanted


@pytest.mark.parametrize("style", REFERENCES)
def test_664_authors_are_whole(style: str) -> None:
    tens = ("Alder", "Birch", "Cedar", "Elm", "Fir", "Hazel", "Larch", "Maple", "Oak", "Pine")
    authors = tuple(f"{tens[n // 100]} {tens[n // 10 % 10]}{tens[n % 10].lower()}" for n in range(664))
    text = made(style, authors=authors)
    if style == "csl":
        found = [f"{author['given']} {author['family']}" for author in json.loads(text)[0]["author"]]
    elif style == "ris":
        found = [" ".join(line.split(", ")[::-1]) for line in re.findall(r"^AU  - (.*?)\r$", text, re.M)]
    else:
        (read,) = parse_string(text, "bibtex").entries.values()
        found = [" ".join([*person.first_names, *person.last_names]) for person in read.persons["author"]]
    assert found == list(authors)


HOSTILE = st.text(st.sampled_from("a B{}\\$%&#_^~\"',@=\n\r\t-é王") | st.characters(codec="utf-8"), max_size=40)


@settings(max_examples=150, deadline=None)
@given(HOSTILE, st.lists(HOSTILE, max_size=3), HOSTILE, HOSTILE)
def test_no_text_breaks_out_of_its_field(title: str, authors: list[str], doi: str, journal: str) -> None:
    odd = changed(
        PAPER, id="1706.00001", title=title, authors=tuple(authors), doi=doi, journal_ref=journal, categories=(journal,)
    )
    for style in ("bibtex", "biblatex"):
        text = made(style, odd, PAPER)
        assert [len(line) - len(line.lstrip("@")) for line in text.split("\n")].count(1) == 2
        for line in text.split("\n"):
            assert line == "" or re.match(r"@|  [a-zA-Z]+ = |\}$", line)
            if line.startswith("  "):
                assert line.count("{") == line.count("}")
        assert [entry.fields["eprint"] for entry in parse_string(text, "bibtex").entries.values()] == [odd.id, PAPER.id]
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in made("ris", odd).split("\r\n")[:-1])
    assert "\n" not in made("ris", odd).replace("\r\n", "")
    assert len(json.loads(made("csl", odd))) == 1
    assert key(odd).isascii()


# What others get wrong


@pytest.mark.parametrize("style", ["bibtex", "biblatex"])
def test_zotero_finds_the_type_of_the_eprint_and_jabref_its_class(style: str) -> None:
    """Zotero ignores `archivePrefix` and reads `eprinttype`; JabRef writes and reads `eprintclass`."""
    found = fields(made(style))
    assert (found["eprint"], found["eprinttype"], found["eprintclass"]) == ("1706.03762", "arxiv", "cs.CL")


@pytest.mark.parametrize("style", REFERENCES)
def test_the_eprint_is_a_short_id_without_a_version_and_no_address(style: str) -> None:
    entry = changed(PAPER, id="hep-th/9901001", version=3, arxiv_url="https://arxiv.org/abs/hep-th/9901001")
    text = made(style, entry)
    assert not re.search(r"9901001v", text)
    if style.startswith("bib"):
        assert fields(text)["eprint"] == "hep-th/9901001"


@pytest.mark.parametrize("style", ["bibtex", "biblatex"])
def test_authors_are_joined_by_and_and_a_group_stays_one(style: str) -> None:
    found = fields(made(style, authors=("Ada Lovelace", "Gemini Team", "Research and Development")))
    assert found["author"] == "Lovelace, Ada and {Gemini Team} and {Research and Development}"


@pytest.mark.parametrize("style", ["bibtex", "biblatex"])
@pytest.mark.parametrize("title", [r"$\alpha_t^2 \leq \mathcal{O}(n)$ & more", "a } b { c", r"\{ $x_{1}$", r"$}{$"])
def test_formulas_are_left_alone_and_braces_are_in_pairs(style: str, title: str) -> None:
    text = made(style, title=title)
    if title.startswith(r"$\alpha"):
        assert r"$\alpha_t^2 \leq \mathcal{O}(n)$" in text and r"\& more" in text
    written = text.replace(r"\{", "{").replace(r"\}", "}")  # BibTeX counts these too
    assert written.count("{") == written.count("}")


@pytest.mark.parametrize("style", REFERENCES)
def test_a_title_of_several_lines_is_one_line(style: str) -> None:
    assert "On Salt and Tides" in made(style, title="On Salt\n  and\r\n\tTides")


def test_the_doi_of_the_preprint_is_not_that_of_a_publication() -> None:
    for style in ("bibtex", "biblatex", "ris"):
        assert "10.48550" not in made(style, doi="10.48550/arXiv.1706.03762")


def test_every_recorded_title_comes_back_but_for_what_pybtex_leaves_in_tex(recordings: Path) -> None:
    """pybtex makes a dash of `--` and a quotation mark of `''`, as TeX does, and knows neither `\\$` nor the signs that
    TeX has only by name."""
    source, titles = HuggingFace("https://huggingface.co"), set()
    for file in sorted(recordings.glob("hf_daily*/*.json")):
        titles |= {paper.title for paper in source.read(file.read_bytes()).papers}
    signs = {r"\textasciicircum ": "^", r"\textless ": "<", r"\textgreater ": ">", r"\textbackslash ": "\\",
             r"\textasciitilde ": "~", r"\$": "$", "–": "--"}  # fmt: skip
    wrong = []
    for title in titles:
        plain = title if "$" not in title and "{" not in title and "\\" not in title else ""
        read = str(Text.from_latex(_title(title, in_tex)))
        for sign, meant in signs.items():
            read = read.replace(sign, meant)
        if plain and read != plain.replace("–", "--").replace("''", "”"):
            wrong.append((title, read))
    assert len(titles) > 5_000
    assert not wrong


# pandoc

PANDOC = shutil.which("pandoc")


def by_pandoc(text: str, style: str) -> dict[str, object]:
    run = subprocess.run(
        [str(PANDOC), "-f", {"csl": "csljson"}.get(style, style), "-t", "csljson"],
        input=text, capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    (item,) = json.loads(run.stdout)
    people = [
        " ".join(filter(None, (one.get(part) for part in PARTS))) for one in item["author"]
    ]  # fmt: skip
    title = re.sub(r"</?span[^>]*>", "", item["title"])
    return {"title": title, "people": people, "year": int(item["issued"]["date-parts"][0][0]), "url": item["URL"]}


PARTS = ("literal", "given", "dropping-particle", "non-dropping-particle", "family", "suffix")


@pytest.mark.skipif(not PANDOC, reason="no pandoc here")
@pytest.mark.parametrize("style", REFERENCES)
def test_pandoc_turns_every_style_into_the_same_reference(style: str) -> None:
    known = subprocess.run([str(PANDOC), "--list-input-formats"], capture_output=True, text=True, check=True).stdout
    if style not in known.replace("csljson", "csl").split():
        pytest.skip(f"this pandoc reads no {style}")
    title = "BERT & the KV cache: 100% of gödel"
    read = by_pandoc(made(style, title="BERT & the KV Cache: 100% of Gödel", authors=AUTHORS), style)
    if style in ("csl", "ris"):  # of the others pandoc makes words small that are not protected, as BibTeX does
        read["title"] = str(read["title"]).replace("Cache", "cache").replace("Gödel", "gödel")
    if style == "ris":  # whose "Last, First, Suffix" pandoc takes for BibTeX's "Last, Suffix, First"
        read["people"] = [str(one).replace("Jr. Downey Robert J.", "Robert J. Downey Jr.") for one in read["people"]]  # type: ignore[attr-defined]
    assert read == {"title": title, "people": list(AUTHORS), "year": 2017, "url": "https://arxiv.org/abs/1706.03762"}


@pytest.mark.skipif(not PANDOC, reason="no pandoc here")
@pytest.mark.parametrize("style", ["bibtex", "biblatex"])
@pytest.mark.parametrize("title", [r"V^2 \y <a|b> $5 #1_%&", "V ~ {x} ~2 y"])
def test_pandoc_reads_every_escaped_sign(style: str, title: str) -> None:
    assert by_pandoc(made(style, title=title), style)["title"] == title


# rispy, for a pandoc that reads no RIS


def test_rispy_reads_every_field_of_ris() -> None:
    when = {"published": date(2017, 6, 12), "doi": "10.1000/xyz", "journal_ref": "J. Salt 3 (2018) 1-9"}
    (read,) = rispy.loads(made("ris", title="BERT & the KV Cache: 100% of Gödel", authors=AUTHORS, **when))
    people = [" ".join(reversed(one.split(", ")[:2])) + "".join(f" {jr}" for jr in one.split(", ")[2:])
              for one in read["authors"]]  # fmt: skip
    assert people == list(AUTHORS)
    assert (read["type_of_reference"], read["title"]) == ("UNPD", "BERT & the KV Cache: 100% of Gödel")
    assert (read["year"], read["date"], read["doi"]) == ("2017", "2017/06/12", "10.1000/xyz")
    assert (read["urls"], read["publisher"]) == (["https://arxiv.org/abs/1706.03762"], "arXiv")
    assert read["file_attachments1"] == "https://arxiv.org/pdf/1706.03762"
    assert read["keywords"] == [*PAPER.keywords, "cs.CL", "cs.LG"]
    assert read["abstract"] == PAPER.abstract
    assert "arXiv:1706.03762" in read["note"] and "J. Salt 3 (2018) 1-9" in str(read)


# The command

ID, OTHER = "2607.99013", "2607.99014"


def test_cite_writes_bibtex_unless_told_otherwise(papers: Papers) -> None:
    papers("today")
    listed = {style: papers("today", "-n", "2", "-o", style).stdout for style in REFERENCES}
    ids = papers("today", "-n", "2", "-o", "ids").stdout
    assert papers("cite", *ids.split()).stdout == listed["bibtex"] != ""
    for style in REFERENCES:
        done = papers("cite", "-", "--style", style, input=ids)
        assert (done.returncode, done.stdout, done.stderr) == (0, listed[style], "")
    assert papers("cite", "1", "2").stdout == listed["bibtex"]


def test_what_is_known_is_not_asked_for_again(papers: Papers, hub: Hub) -> None:
    papers("today")
    asked = len(hub.requests)
    assert papers("cite", ID, OTHER).returncode == 0
    assert len(hub.requests) == asked
    assert papers("cite", ID, "--refresh").returncode == 0
    assert len(hub.requests) == asked + 1


def test_what_is_not_known_is_asked_for(papers: Papers, hub: Hub) -> None:
    done = papers("cite", ID)
    assert (done.returncode, done.stdout.count("@misc{")) == (0, 1)
    assert hub.requests == [f"/api/papers/{ID}"]
    assert papers("--offline", "cite", ID).stdout == done.stdout


def test_what_nobody_knows_is_3_and_the_others_are_printed(papers: Papers) -> None:
    done = papers("cite", ID, "2501.00001", "--style", "csl")
    assert (done.returncode, len(json.loads(done.stdout))) == (3, 1)
    assert "2501.00001" in done.stderr
    alone = papers("cite", "2501.00001")
    assert (alone.returncode, alone.stdout) == (3, "")


def arxiv_of(*ids: str) -> ArxivHub:
    """An arXiv that knows these papers."""
    usual = {"authors": ["Ilse Varnholt"], "abstract": "Made up.", "published": "2026-07-02", "announced": []}
    return ArxivHub([{**usual, "id": id, "title": f"Paper {id}", "categories": ["cs.LG", "cs.CL"], "comment": None}
                     for id in ids])  # fmt: skip


def test_arxiv_is_asked_once_for_the_categories_that_nobody_told_of(
    papers: Papers, hub: Hub, environ: dict[str, str]
) -> None:
    papers("today")
    arxiv = arxiv_of(ID, OTHER)
    environ["PAPERCLI_ARXIV_ENDPOINT"] = arxiv.url
    try:
        assert "primaryClass" not in papers("--offline", "cite", ID, OTHER).stdout
        assert not arxiv.requests
        done = papers("cite", ID, OTHER)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.count("  primaryClass = {cs.LG},\n  eprinttype = {arxiv},\n  eprintclass = {cs.LG},\n") == 2
        assert len(arxiv.requests) == 1, "one request for both"
        assert papers("cite", ID, OTHER).stdout == done.stdout
        assert papers("--offline", "cite", ID, OTHER).stdout == done.stdout
        assert len(arxiv.requests) == 1, "and never again"
    finally:
        arxiv.stop()


def test_without_arxiv_the_reference_lacks_its_category_and_a_line_says_so(
    papers: Papers, environ: dict[str, str]
) -> None:
    papers("today")
    done = papers("cite", ID, env={"PAPERCLI_ARXIV_ENDPOINT": "http://127.0.0.1:9"})
    assert (done.returncode, done.stdout) == (0, papers("--offline", "cite", ID).stdout)
    assert re.fullmatch(r"papers: .*127\.0\.0\.1:9.*; the category of 1 paper is not known\n", done.stderr)


def test_a_listing_as_references_asks_nobody(papers: Papers, empty_arxiv: ArxivHub) -> None:
    assert papers("today", "-o", "bibtex").stdout.count("@misc{") > 5
    assert not empty_arxiv.requests


def test_an_unknown_style_is_refused(papers: Papers, hub: Hub) -> None:
    done = papers("cite", ID, "--style", "apa")
    assert (done.returncode, done.stdout) == (2, "")
    assert all(style in done.stderr for style in REFERENCES)
    assert not hub.requests


def test_line_ends_of_ris_reach_the_file(environ: dict[str, str], papers: Papers) -> None:
    words = [sys.executable, "-m", "papercli", "cite", ID, "--style", "ris"]
    out = subprocess.run(words, env=environ, stdin=subprocess.DEVNULL, capture_output=True, check=True).stdout
    assert out.endswith(b"ER  - \r\n")
    assert out.count(b"\n") == out.count(b"\r\n")


@pytest.mark.parametrize("style", REFERENCES)
def test_references_load_nothing_heavy(environ: dict[str, str], papers: Papers, style: str) -> None:
    papers("today")
    assert not imported(environ, "today", "-o", style) & (NEIGHBOURS | HEAVY)
