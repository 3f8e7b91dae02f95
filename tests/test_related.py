"""Papers like another one: which they are, what ties them, and what is no tie."""

from __future__ import annotations

import json
import os
import random
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from conftest import Papers
from hub import Hub
from papercli.errors import LibraryError
from papercli.library import Library, Listing
from papercli.library.related import MOST, SHOWN, Related, Tie
from papercli.paper import Paper

AT = datetime(2026, 7, 5, tzinfo=UTC).timestamp()
DAY = date(2026, 7, 1)

COMMON = "We present a model and show that this simple training of networks improves the results on many tasks"


def paper(number: int, title: str, abstract: str = "", *keywords: str, votes: int = 1) -> Paper:
    return Paper(
        f"2607.{number:05}", title, abstract=abstract, keywords=keywords, submitted=f"{DAY}T03:00:00Z", upvotes=votes,
        published=DAY,
    )  # fmt: skip


def keep(library: Library, *papers: Paper) -> None:
    library.remember_listing(Listing(DAY, AT), papers)


def lettered(number: int) -> str:
    """The number in letters: a word of its own."""
    return "".join("abcdefghij"[int(digit)] for digit in str(number)) + "x"


def crowd(size: int = 60) -> list[Paper]:
    """Papers of one sort of words, each with one word of its own: like nothing else."""
    return [paper(9_000 + n, f"Own{lettered(n)} model", COMMON) for n in range(size)]


@pytest.fixture
def library() -> Iterator[Library]:
    with closing(Library(":memory:")) as library:
        yield library


def like(library: Library, number: int) -> list[tuple[int, tuple[str, ...]]]:
    """(the last digits of the id, the words that tie it), likest first."""
    ids = dict(library.read("SELECT number, id FROM paper"))
    return [(int(ids[tie.number][-5:]), tie.words) for tie in Related(library).like(f"2607.{number:05}")]


def test_papers_that_share_rare_words_are_related_and_the_words_are_named(library: Library) -> None:
    keep(
        library,
        paper(1, "Llama quantization", "Quantization of llamas by rotation of outliers, in few bits."),
        paper(2, "Rotation of outliers", "Llamas quantize well when outliers are rotated."),
        paper(3, "Cats", "Outliers among cats; their rotation."),
        *crowd(),
    )
    found = like(library, 1)
    assert [number for number, _ in found] == [2, 3]
    words = dict(found)
    assert set(words[2]) == {"Llama quantization", "outliers", "rotation"}
    assert set(words[3]) == {"rotation", "outliers"}


def test_a_paper_is_not_like_itself_nor_is_anything_like_an_unknown_one(library: Library) -> None:
    keep(library, paper(1, "Quantized llamas"), paper(2, "Quantized llamas"), *crowd())
    assert [number for number, _ in like(library, 1)] == [2]
    assert Related(library).like("2607.77777") == ()
    assert Related(library).like("") == ()


def test_what_every_paper_says_ties_none(library: Library) -> None:
    keep(library, *crowd())
    assert like(library, 9_000) == []
    keep(library, paper(1, "One", COMMON), paper(2, "Two", COMMON), *crowd())
    assert like(library, 1) == []


@pytest.mark.parametrize(
    "shared", ["2026 17 3.5", "a b c x y", "of the and with from this that", "(){}[]!? — ☃ 🦙", ""]
)
def test_numbers_letters_signs_and_small_words_tie_nothing(library: Library, shared: str) -> None:
    keep(library, paper(1, f"Llamas {shared}", shared), paper(2, f"Cats {shared}", shared), *crowd())
    assert like(library, 1) == []


def test_one_word_is_no_tie_but_a_pair_of_words_is(library: Library) -> None:
    keep(
        library,
        paper(1, "Gradient surgery for llamas"),
        paper(2, "Surgery of cats"),
        paper(3, "Gradient surgery"),
        *crowd(),
    )
    assert like(library, 1) == [(3, ("Gradient surgery",))]


def test_words_in_a_row_tie_more_than_the_same_words_apart(library: Library) -> None:
    keep(
        library,
        paper(1, "Cache eviction for llamas"),
        paper(2, "Eviction without cache"),
        paper(3, "Of cache eviction"),
        *crowd(),
    )
    assert [number for number, _ in like(library, 1)] == [3, 2]


def test_a_word_of_the_title_or_the_keywords_weighs_more_than_one_of_the_abstract(library: Library) -> None:
    keep(
        library,
        paper(1, "Llamas", "Alpacas graze on meadows; so it goes."),
        paper(2, "Cats", "Llamas roam meadows."),
        paper(3, "Dogs", "Alpacas roam meadows."),
        paper(4, "Llamas on meadows"),
        paper(5, "Birds", "", "llamas", "meadows"),
        *crowd(),
    )
    order = [number for number, _ in like(library, 1)]
    assert set(order[:2]) == {4, 5}
    assert order[2:] == [2, 3]


def test_the_rarer_word_ties_more_and_is_named_first(library: Library) -> None:
    more = [paper(100 + n, f"Meadows {lettered(n)}") for n in range(10)]
    keep(
        library,
        paper(1, "Zebras, meadows and llamas"),
        paper(2, "Meadows of llamas"),
        paper(3, "Meadows of zebras"),
        *(paper(50 + n, f"Llamas {lettered(n)}y") for n in range(7)),
        *more,
        *crowd(120),
    )
    assert like(library, 1)[:2] == [(3, ("Zebras", "meadows")), (2, ("llamas", "meadows"))]


def test_words_are_found_by_stem_accents_and_case_and_named_as_the_paper_writes_them(library: Library) -> None:
    keep(
        library,
        paper(1, "LiDAR", "The naïve Größe of LiDAR-networks: re-ranked, GRPO."),
        paper(2, "x", "lidar NAIVE grosse reranked grpos Große"),
        *crowd(),
    )
    ((number, words),) = like(library, 1)
    assert number == 2
    assert set(words) == {"LiDAR", "naïve", "Größe", "GRPO"}


def test_at_most_six_words_are_named(library: Library) -> None:
    words = ["alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india", "juliett", "kilo"]
    keep(library, paper(1, "x", " x ".join(words)), paper(2, "y", " y ".join(words)), *crowd())
    ((_, named),) = like(library, 1)
    assert len(named) == SHOWN == 6
    assert set(named) <= set(words)


def test_in_a_library_of_a_few_papers_something_is_found(library: Library) -> None:
    keep(library, paper(1, "Quantized llamas", "Rotation of outliers."), paper(2, "Cats"), paper(3, "Dogs"),
         paper(4, "Llamas", "Outliers of rotation."))  # fmt: skip
    assert [number for number, _ in like(library, 1)] == [4]
    with closing(Library(":memory:")) as alone:
        keep(alone, paper(1, "Llamas"))
        assert like(alone, 1) == []
        keep(alone, paper(1, "Llamas and cats"), paper(2, "Llamas and cats"))
        assert like(alone, 1) == []


def test_no_more_than_a_thousand_are_called_like_it(library: Library) -> None:
    keep(library, *(paper(number, "Quantized llamas") for number in range(1_200)), *(
        paper(2_000 + number, f"Cats {number}", COMMON) for number in range(12_000)))  # fmt: skip
    found = Related(library).like("2607.00001")
    assert len(found) in (0, MOST)
    library.write(lambda db: db.execute("DELETE FROM paper WHERE number % 7 = 0"))
    assert len(Related(library).like("2607.00001")) <= MOST


def test_likeness_is_the_sum_that_the_documents_say(library: Library) -> None:
    """The formula once more, on a library of single rare words."""
    from math import log

    keep(
        library,
        paper(1, "Zebras", "Llamas. So it is. Llamas. Meadows."),
        paper(2, "Meadows", "Llamas."),
        *(paper(10 + n, f"Llamas {lettered(n)}z") for n in range(8)),
        *crowd(100),
    )
    (tie,) = [tie for tie in Related(library).like("2607.00001") if set(tie.words) == {"Llamas", "Meadows"}]
    papers = 2 + 8 + 100
    llamas, meadows = log(papers / 10) * (1 + log(2)), log(papers / 5)
    assert tie.score == pytest.approx(llamas * 1 + meadows * 2)


ODD = some.text(some.characters(codec="utf-8"), max_size=60) | some.sampled_from(
    [
        '"',
        'NEAR("a" "b")',
        "title:x",
        "a AND NOT",
        "*",
        "^x",
        "x" * 3_000,
        "模型 대규모 говорить",
        "ﬁ ﬂ Ⅷ",
        "\x00\x01",
        "-",
        "''",
    ]
)


@settings(max_examples=150, deadline=None)
@given(some.lists(some.tuples(ODD, ODD, some.lists(ODD, max_size=3)), min_size=1, max_size=4))
def test_no_text_makes_it_fail(texts: list[tuple[str, str, list[str]]]) -> None:
    with closing(Library(":memory:")) as library:
        keep(
            library,
            *(paper(n, title, abstract, *words) for n, (title, abstract, words) in enumerate(texts)),
            *crowd(20),
        )
        for number in range(len(texts)):
            for tie in Related(library).like(f"2607.{number:05}"):
                assert isinstance(tie, Tie)
                assert all(word and "\x01" not in word and "\x02" not in word for word in tie.words)


def test_a_library_of_another_hand_is_a_failure_in_words(library: Library) -> None:
    keep(library, paper(1, "Llamas"), *crowd())
    library.write(lambda db: db.execute("UPDATE paper SET keywords = 'not json'"))
    with pytest.raises(LibraryError, match="not written by papercli"):
        Related(library).like("2607.00001")


def test_ten_thousand_papers_take_no_time(library: Library) -> None:
    import time

    chance = random.Random(2)
    words = [
        f"{a}{b}{c}" for a in "bcdfglmnprst" for b in ("a", "en", "or", "ul") for c in ("ta", "ka", "no", "vis", "mer")
    ]
    rows = [
        paper(n, " ".join(chance.choices(words, k=6)), " ".join(chance.choices(words, k=80))) for n in range(10_000)
    ]
    keep(library, *rows)
    began = time.process_time()
    Related(library).like("2607.00100")
    assert time.process_time() - began < 10


# The command


@pytest.fixture
def kept(home: Path) -> list[Paper]:
    rows = [
        paper(1, "Quantized llamas", "Rotation of outliers in llamas.", votes=5),
        paper(2, "Rotated outliers", "Quantized llamas again.", votes=1),
        paper(3, "More outliers", "Rotation of cats.", votes=9),
        paper(4, "Few bits", "Llamas, quantized.", votes=7),
        *crowd(),
    ]
    with closing(Library(str(home / "data" / "library.db"))) as library:
        keep(library, *rows)
    return rows


def test_the_likest_come_first_and_no_server_is_asked(papers: Papers, kept: list[Paper], hub: Hub) -> None:
    done = papers("related", "2607.00001", "-o", "ids")
    assert (done.returncode, done.stdout.split(), done.stderr) == (0, ["2607.00002", "2607.00004", "2607.00003"], "")
    assert hub.requests == []


def test_every_filter_order_and_format_holds(papers: Papers, kept: list[Paper]) -> None:
    def ids(*words: str) -> list[str]:
        return papers("related", "2607.00001", "-o", "ids", *words).stdout.split()

    assert ids("--sort", "upvotes") == ["2607.00003", "2607.00004", "2607.00002"]
    assert ids("--reverse") == ["2607.00003", "2607.00004", "2607.00002"]
    assert ids("--min-upvotes", "7") == ["2607.00004", "2607.00003"]
    assert ids("-k", "cats") == ["2607.00003"]
    assert ids("--since", "2026-07-02") == []
    rows = json.loads(papers("related", "2607.00001", "--json").stdout)
    assert [row["id"] for row in rows] == ["2607.00002", "2607.00004", "2607.00003"]
    assert "why" not in rows[0]


def test_fifty_or_as_many_as_asked_for(papers: Papers, home: Path) -> None:
    with closing(Library(str(home / "data" / "library.db"))) as library:
        keep(library, *(paper(n, "Quantized llamas", f"x{n}") for n in range(70)), *crowd(100), *(
            paper(3_000 + n, f"Cats {lettered(n % 10)}", COMMON) for n in range(900)))  # fmt: skip
    done = papers("related", "2607.00001", "-o", "ids")
    assert (done.stdout.count("\n"), done.stderr) == (50, "papers: 50 of 69, -n 0 for all\n")
    assert papers("related", "2607.00001", "-o", "ids", "-n", "0").stdout.count("\n") == 69
    done = papers("related", "2607.00001", "-n", "3")
    assert (done.stdout.count("\n"), done.stderr) == (3, "papers: 3 of 69, -n 0 for all\n")


def test_what_is_hidden_is_left_out(papers: Papers, kept: list[Paper]) -> None:
    papers("hide", "2607.00004", "2607.00001")
    assert papers("related", "2607.00001", "-o", "ids").stdout.split() == ["2607.00002", "2607.00003"]
    assert papers("related", "2607.00001", "-o", "ids", "--hidden").stdout.split() == ["2607.00004"]
    cards = papers("related", "2607.00001", "-o", "cards").stdout
    assert cards.startswith("Papers like Quantized llamas · 3 papers, 1 hidden")


def test_cards_say_what_ties_them(papers: Papers, kept: list[Paper]) -> None:
    cards = papers("related", "2607.00001", "-o", "cards").stdout
    assert cards.startswith("Papers like Quantized llamas · 3 papers")
    assert "Rotation" in cards
    said = papers("related", "2607.00001", "-o", "cards", "--plain").stdout
    assert "Why: " in said


def test_its_rows_are_numbered_for_the_next_command(papers: Papers, kept: list[Paper]) -> None:
    papers("related", "2607.00001")
    assert papers("related", "1", "-o", "ids").stdout.split()[0] == "2607.00001"
    assert papers("today", "-o", "ids").stdout
    done = papers("related", "-o", "ids", "-n", "1", input="arXiv:2607.00001v2\n")
    assert done.stdout.split() == ["2607.00002"]


def test_a_paper_that_is_not_known_is_asked_for(papers: Papers, kept: list[Paper], hub: Hub) -> None:
    done = papers("related", "2607.99013", "-o", "ids")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == (
        "papers: no other paper of the library shares rare words with 2607.99013; papers sync fills the library\n"
    )
    assert hub.requests == ["/api/papers/2607.99013"]
    assert papers("related", "2607.99013", "--json", "-q").stdout == "[]\n"
    assert len(hub.requests) == 1


def test_a_paper_that_does_not_exist_is_exit_3_and_one_that_cannot_be_asked_for_6(
    papers: Papers, kept: list[Paper]
) -> None:
    done = papers("related", "2607.88888")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == "papers: no such paper: 2607.88888\n"
    assert papers("related", "2607.88888", "--offline").returncode == 6
    assert papers("related", "2607.00001", "--offline").returncode == 0


def test_one_paper_at_a_time(papers: Papers, kept: list[Paper]) -> None:
    done = papers("related", "-", input="2607.00001\n2607.00002\n")
    assert done.returncode == 2
    assert "related takes one paper, not 2" in done.stderr
    assert papers("related", "2607.00001", "2607.00002").returncode == 2
    assert papers("related", "llamas").returncode == 2


@pytest.mark.skipif(os.name != "posix", reason="terminals of POSIX")
@pytest.mark.parametrize("width", [40, 80, 120])
def test_on_a_terminal_it_is_a_list_of_cards(environ: dict[str, str], kept: list[Paper], width: int) -> None:
    pexpect, pyte = pytest.importorskip("pexpect"), pytest.importorskip("pyte")
    command = f"{sys.executable} -m papercli --no-pager related 2607.00001"
    text = pexpect.run(command, env={**environ, "COLUMNS": str(width)}, dimensions=(60, width), encoding="utf-8")
    screen = pyte.Screen(width, 60)
    pyte.Stream(screen).feed(text)
    shown = "\n".join(line.rstrip() for line in screen.display)
    assert "Papers like Quantized llamas" in shown
    assert "Rotated outliers" in shown
    assert "outliers" in shown


def test_recorded_papers_have_relations(recordings: Path, library: Library) -> None:
    from papercli.sources.huggingface import HuggingFace
    from papercli.value import changed

    files = sorted((recordings / "hf_daily").glob("2026-0[123]-*.json"))
    if not files:
        pytest.skip("no recorded days of 2026")
    for file in files:
        rows = [
            changed(row, submitted=f"{file.stem}T00:00:00Z") for row in HuggingFace("").read(file.read_bytes()).papers
        ]
        library.remember_listing(Listing(date.fromisoformat(file.stem), AT), rows)
    ids = [id for (id,) in library.read("SELECT id FROM paper ORDER BY number")]
    lonely = 0
    for id in ids[::20]:
        ties = Related(library).like(id)
        lonely += not ties
        assert all(tie.words for tie in ties)
        assert [tie.score for tie in ties] == sorted((tie.score for tie in ties), reverse=True)
    assert lonely <= len(ids[::20]) // 20
