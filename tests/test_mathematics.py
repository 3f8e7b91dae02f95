"""Mathematics in titles and abstracts: what is drawn, what stays, and that nothing is lost or made unsafe by it."""

from __future__ import annotations

import json
import lzma
import re
import time
from collections import Counter
from collections.abc import Iterator
from functools import cache
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pylatexenc.latex2text import LatexNodes2Text

from conftest import RECORDINGS, Papers
from hub import Hub, sample_days
from papercli.mathematics import drawn, formula
from papercli.mathematics.dollars import between
from papercli.render import FORMATS, View, render
from papercli.text import prose
from papercli.value import changed
from test_cards import DEMO, bare, cells, entries_of, matches_snapshot, tidy
from test_start_up import imported

quick = settings(max_examples=500, deadline=None, derandomize=True, database=None)

FORMULAS = {
    r"\alpha_t^2 \leq \mathcal{O}(n)": "α_t² ≤ 𝒪(n)",
    r"\alpha_t^2\leq\mathcal O(n)": "α_t²≤𝒪(n)",
    r"x^{n+1}": "x^(n+1)",
    r"x_i y_j": "x_i y_j",
    r"x_iy_j": "x_i y_j",
    r"x_{i_j}": "x_(i_j)",
    r"x^2_i": "x_i²",
    r"10^{-3}": "10⁻³",
    r"H_2O": "H₂O",
    r"19^{th}": "19th",
    r"90^\circ": "90°",
    r"f'(x) + f''(x)": "f′(x) + f′′(x)",
    r"L_\infty": "L_∞",
    r"\Theta_\text{post} - \Theta_\text{base}": "Θ_post - Θ_base",
    r"\frac{1}{2}": "1/2",
    r"\frac12": "1/2",
    r"\frac{a+b}{2n}": "(a+b)/(2n)",
    r"2\frac{1}{2}": "2 1/2",
    r"\frac{d^2}{\epsilon}k": "d²/ϵ k",
    r"\sqrt{x}": "√x",
    r"\sqrt{x+1}": "√(x+1)",
    r"\sqrt{ab}": "√(ab)",
    r"\sqrt[3]{x}": "∛x",
    r"\binom{n}{k}": "(n choose k)",
    r"\sum_{i=1}^T \exp(x_i)": "∑_(i=1)^T exp(x_i)",
    r"O(n\log n)": "O(n log n)",
    r"\log^2n": "log² n",
    r"\max\{0,x\}": "max{0,x}",
    r"\lim_{n\to\infty} a_n": "lim_(n→∞) a_n",
    r"\operatorname*{arg\,max}_x f": "arg max_x f",
    r"a \equiv b \pmod{n}": "a ≡ b (mod n)",
    r"\hat{x}_i": "x̂_i",
    r"\hat{x_i}": "x̂_i",
    r"\tilde{\mathcal{O}}(n)": "𝒪̃(n)",
    r"\bar y, \vec v": "ȳ, v⃗",
    r"\mathbb{R}^{n\times m}": "ℝ^(n×m)",
    r"\mathfrak{g}": "𝔤",
    r"\mathbf{x}^\top\mathbf{W}": "𝐱^⊤ 𝐖",
    r"\mathbf{44}": "44",
    r"\textbf{Fine-grained} \textit{text}": "Fine-grained text",
    r"\mathrm{KL}(p \,\|\, q)": "KL(p ‖ q)",
    r"\left( \frac{a}{b} \right)": "(a/b)",
    r"x \not\in A \neq B": "x ∉ A ≠ B",
    r"256\times256": "256×256",
    r"256 \times 256": "256 × 256",
    r"\times 4": "×4",
    r"10 \times": "10×",
    r"\sim 90\%": "∼90%",
    r"-0.55\%": "-0.55%",
    r"a{,}b": "a,b",
    r"\unicode{x2014}": "—",
    r"\{(\texttt{patch}, \texttt{ID})\}": "{(patch, ID)}",
    r"\bf{3 \space billion}": "3 billion",
    r"φ^{\infty}": "φ^∞",
}  # fmt: skip

UNSURE = [
    r"\bW_q", r"\unknown{x}", r"{x", r"x}", r"\frac{1}", r"x^", r"x^2^3", r"a & b", r"a \\ b", r"\begin{matrix}x",
    r"\hat{abc}", r"textbf{x}", "\\", r"\sqrt[n", r"\unicode{x202e}", r"\unicode{q}", r"\hat", "", r"\not",
    r"\frac{}{}",
]  # fmt: skip

TEXTS = {
    r"Bounds of $\alpha_t^2 \leq \mathcal{O}(n)$ hold": "Bounds of α_t² ≤ 𝒪(n) hold",
    r"A$^2$Search, H$_2$O, Pass@$k$, 8K$\times$8K, 4$\sim$6-bit": "A²Search, H₂O, Pass@k, 8K×8K, 4∼6-bit",
    r"$\mathbf{M}$ulti-$\underline{\textbf{A}}$gent and A$^\text{T}$A": "Multi-Agent and A^(T)A",
    r"$n$-grams, $K$ topics, $(iv)$, $100$, $k = 2, 3$": "n-grams, K topics, (iv), 100, k = 2, 3",
    r"$$x^2$$ and \(y_1\) and \[z\]": "x² and y₁ and z",
    r"\textbf{Bold \emph{and \textsc{more}}}": "Bold and more",
    r"{\it vs.} {\bf B} \it{x} {\color{red} it}": "vs. B x {\\color{red} it}",
    r"see \href{https://a.org/b\_c}{here}": "see here (https://a.org/b_c)",
    r"see \href{https://a.org/b}{https://a.org/b}": "see https://a.org/b",
    r"see https://a.org/b{here}. \url{https://c.org}": "see here (https://a.org/b). https://c.org",
    "``one'' and ``two\" and `three' and `it's four'": "“one” and “two” and ‘three’ and ‘it's four’",
    r"47.6\% of R\&D \#1 a\_b \$5": "47.6% of R&D #1 a_b $5",
    r"Schr\"odinger, na\"{\i}ve, Fr\'echet, Bokm{\aa}l, \v{S}koda": "Schrödinger, naïve, Fréchet, Bokmål, Škoda",
    r"360{\deg} {\lambda}-terms \b{eta}-VAE \r{ho} 5\,ms 0.8 \pm 0.1": "360° λ-terms β-VAE ρ 5 ms 0.8 ± 0.1",
    r"\eg, this; \ie, that; \etc.": "e.g., this; i.e., that; etc.",
    r"Vision~(CV) in \emph{x}~\cite{y}": r"Vision (CV) in x \cite{y}",
    r"\emph{x} -- y, 62--73, a---b": "x – y, 62–73, a—b",
    "X^{2}-Gaussian, SL^{2}A-INR, A^2Search, nabla^2DFT": "X²-Gaussian, SL²A-INR, A²Search, ∇²DFT",
    "π_{0.5}, theta_{GRPO}, V_{P}, 10^-117, T^{-1/3}": "π_0.5, θ_GRPO, V_P, 10⁻¹¹⁷, T^(-1/3)",
    "360^circ, 135^{circ}, FaSTA^*: mathcal{O}(n)": "360°, 135°, FaSTA*: 𝒪(n)",
    "texttt{D}ual-texttt{H}ead": "Dual-Head",
    r"context$-$free, and$/$or": "context–free, and/or",
    "two\n\n$x^2$ paragraphs": "two\n\nx² paragraphs",
}

AS_IT_IS = [
    "costs $5$10 more", "only $5 per-run$ now", "$20 to$ the user",
    "$5 to $10", "$1 Million", "costs 1$: cheap", "$5-$10", "between $48-$74 and $100", "US$5 and US$10",
    "$1,000, $2,000", "($1.33M) and Mistral ($0.70M)", "from $50 (or $60)", "$20 per-tutor, $30 per class",
    "5$ and 6$", "a $", "$$", "$ $", r"we propose \method, a {\dataset} of \name{}", r"$\bW_q \leq \alpha$",
    r"\(\bW \alpha\)", r"$\texttt{M", "the model's `", "`code` and ``code``", "```sh", r"model\'s",
    "--help and a -- b", "~190K, ~/x, a ~ b", "{-1, 0, 1} and {unseen}", "[^0-9] a^b N^k f^ ^2 ^_^",
    "foo_bar foo_2 {x}_{}", r"C:\new\return", "mypink{Github}", r"\cite{a_{b}}"[:8], "2^10^3", r"a\\b",
]  # fmt: skip


@pytest.mark.parametrize(("tex", "expected"), FORMULAS.items())
def test_a_formula_is_drawn_in_a_line_of_unicode(tex: str, expected: str) -> None:
    assert formula(tex) == normalize("NFC", expected)


@pytest.mark.parametrize("tex", UNSURE)
def test_a_formula_that_is_not_understood_whole_is_none(tex: str) -> None:
    assert formula(tex) is None


@pytest.mark.parametrize(("text", "expected"), TEXTS.items())
def test_a_text_is_drawn_where_it_is_surely_tex(text: str, expected: str) -> None:
    assert drawn(text) == expected


@pytest.mark.parametrize("text", AS_IT_IS)
def test_money_code_and_what_nobody_knows_stay_as_they_are(text: str) -> None:
    assert drawn(text) == text
    assert drawn(text, plainly=True) == text


def test_an_escaped_dollar_is_a_dollar() -> None:
    assert drawn(r"\$OneMillion-Bench: \$0.34") == "$OneMillion-Bench: $0.34"


def test_money_beside_a_formula_leaves_it_a_formula() -> None:
    assert drawn("costs $5 for $k$ and $10 for $n^2$ runs") == "costs $5 for k and $10 for n² runs"
    assert drawn(r"at $4 per test, Pass@$k$ of $2\times$") == "at $4 per test, Pass@k of 2×"


def test_plainly_it_is_words_and_signs_of_ascii() -> None:
    assert drawn(r"$\alpha_t^2 \leq \mathcal{O}(n)$", plainly=True) == "alpha_t^2 <= O(n)"
    assert drawn(r"$\hat{x} \in \mathbb{R}^{10}$, $x \neq \infty$", plainly=True) == "x hat in R^10, x != infinity"
    assert drawn(r"$\lambda k$, $2\times$, 360$^\circ$", plainly=True) == "lambda k, 2x, 360deg"
    assert drawn("X^{2}-Gaussian of τ", plainly=True) == "X^2-Gaussian of τ"
    for tex in FORMULAS:
        if tex.isascii() and "unicode" not in tex and "vec" not in tex:
            assert str(formula(tex, plainly=True)).isascii(), tex


# Whatever comes in, what goes out is as clean, as short and as quick.

SCRAPS = st.sampled_from(
    [
        *r"${}^_\`'~-[]()% &", "$$", "``", "''", "--", r"\frac", r"\sqrt", r"\hat", r"\text", r"\textbf", r"\href",
        r"\not", r"\left", r"\mathbb", r"\alpha", r"\unicode{x1b}", r"\unicode{x301}", r"\(", r"\)", r"\"", r"\v",
        "{", "}", "{", "}", "x", "12", " ", "é", "π", "\u0301", "\u200d", "🙂", "term", "https://a.b", "circ", "^{2}",
        "\n\n", r"\footnote", "nabla",
]
)  # fmt: skip


@quick
@given(st.lists(SCRAPS, max_size=40).map("".join))
def test_what_is_drawn_is_as_clean_and_as_short_as_what_came(scraps: str) -> None:
    text = prose(scraps, keep_paragraphs=True)
    for found in (drawn(text), drawn(text, plainly=True)):
        assert prose(found, 2 * len(text) + 100, keep_paragraphs=True) == found
        assert len(found) <= 4 * len(text) + 20


@quick
@given(st.text(st.characters(exclude_characters="\\$^{`"), max_size=200))
def test_a_text_without_tex_comes_back_itself(text: str) -> None:
    assert drawn(text) is text


@pytest.mark.parametrize(
    "unit",
    [
        "$", "{", "}", "\\", "^", "^^", "_{", "`", "``", "'", "~", "--", r"\frac", r"\frac{", r"$\frac{a}", "$x",
        "$x$", r"\textbf{", r"\href{a}{", r"{\bf ", r"\(", r"\hat", "$$x", "x^{2}", "a{", "https://a{", r"\'",
        r"\'{", "``a", "`a", r"\unicode{x", r"\$", "$\\$", r"\sqrt[", "mathcal{", "nabla^",
],
)  # fmt: skip
def test_hostile_text_takes_time_in_proportion(unit: str) -> None:
    def seconds(times: int) -> float:
        started = time.process_time()
        drawn(unit * times)
        drawn(unit * times + "}" * times)
        return time.process_time() - started

    small, large = seconds(2_000), seconds(16_000)
    assert large < 25 * small + 0.1, (small, large)
    assert large < 3


def test_a_million_dollars_and_deep_groups_are_no_trouble() -> None:
    assert drawn("$" * 1_000_000) == "$" * 1_000_000
    deep = "{" * 100_000 + "}" * 100_000
    assert drawn(deep) == deep
    assert formula(deep) is None
    assert formula("{" * 400 + "x" + "}" * 400) is None
    assert formula(r"\frac" * 150) is None
    assert formula(r"\hat" * 150 + "x") is None


# Real texts, and another's reading of them.


@cache
def recorded() -> tuple[str, ...]:
    """Every recorded title, abstract and summary in which something may be drawn, cleaned."""
    if not (RECORDINGS / "hf_daily").is_dir():
        pytest.skip("recorded days are not here")
    found = []
    for path in sorted((RECORDINGS / "hf_daily").glob("*.json")):
        for row in json.loads(path.read_bytes()):
            found += [row["paper"].get(name) or "" for name in ("title", "summary", "ai_summary")]
    with lzma.open(RECORDINGS / "arxiv_bulk" / "arxiv_20k.jsonl.xz", "rt", encoding="utf-8") as lines:
        for each in map(json.loads, lines):
            found += [each["title"], each["summary"]]
    return tuple(dict.fromkeys(prose(text) for text in found if any(sign in text for sign in "\\$^{`")))


@cache
def recorded_formulas() -> Counter[str]:
    found: Counter[str] = Counter()
    for text in recorded():
        at = text.find("$")
        while at >= 0:
            inside = between(text, at, len(text))
            found.update([inside[0]] if inside else [])
            at = text.find("$", inside[1] if inside else at + 1)
    return found


def letters(tex: str) -> Counter[str]:
    """The letters and digits of a formula's text: its commands and what they take in names are none."""
    bare = re.sub(r"\\unicode\{\w+\}|\\(?:text)?color\{\w*\}|\\[A-Za-z]+|\s", "", tex)
    return Counter(each for each in normalize("NFKD", bare) if each.isalnum())


def test_no_letter_and_no_digit_of_a_recorded_formula_is_lost() -> None:
    for tex in recorded_formulas():
        known = formula(tex)
        if known and r"\href" not in tex:  # an address that is its own words is written once
            kept = Counter(each for each in normalize("NFKD", known) if each.isalnum())
            assert not letters(tex) - kept, (tex, known)


def test_nearly_all_recorded_formulas_are_understood() -> None:
    found = recorded_formulas()
    known = sum(times for tex, times in found.items() if formula(tex) is not None)
    assert known / found.total() > 0.99  # the rest has commands of the paper's own, or braces that do not match


def test_pylatexenc_reads_recorded_formulas_the_same() -> None:
    reader = LatexNodes2Text(math_mode="text")
    agree = both = 0
    for tex in recorded_formulas():
        # Not its strengths: typewriter is dropped, a bare percent begins a comment, numbers of characters are text.
        if r"\unicode" in tex or r"\href" in tex or (known := formula(tex)) is None:
            continue
        source = re.sub(r"(?<!\\)%", r"\\%", tex.replace(r"\texttt", r"\textrm"))
        other = its(reader, f"${source}$")
        both += other is not None
        agree += other is not None and same(known) == same(other)
    assert both > 1_000
    assert agree / both > 0.98  # the rest: order of two scripts, prime and apostrophe, a tilde it drops


def its(reader: LatexNodes2Text, tex: str) -> str | None:
    """Another's reading; None where it fails."""
    try:
        return reader.latex_to_text(tex)
    except (IndexError, ValueError, TypeError):
        return None


def same(text: str) -> str:
    """What two ways to draw a formula have in common: letters, digits and signs without the raising and lowering."""
    text = re.sub(r"[\s^_(){}\u2061]", "", normalize("NFKC", text))
    return text.translate(str.maketrans("ϵϕ⋅∼∣−–⩽μ°", "εφ·~|--≤µ∘"))


def test_no_recorded_sum_of_money_is_taken_for_mathematics() -> None:
    sums = re.compile(r"(?<=[\s(])\$\d[\d,.]*(?:[KMB]|(?: (?:per|million|billion|trillion|USD|US|for|in|of)))\b(?!\$)")
    found = 0
    for text in recorded():
        for money in sums.findall(text):
            found += 1
            assert money in drawn(text), (money, text)
    assert found > 10


# On the screen, and not in what is data.

TITLE = (
    r"X$^{2}$Flow: $\mathcal{O}(n \log n)$ Bounds for $\hat{\alpha}_t^2 \leq \frac{1}{n}$ at \$5, by Fr\'echet Means"
)
ABSTRACT = r"We show $x_{i+1} \in \mathbb{R}^{d}$ for 95\% of ``hard'' cases, \emph{i.e.} at a cost of $5 to $10 each."


def with_mathematics() -> list:
    first, *others = entries_of(DEMO)[:3]
    return [changed(first, title=TITLE, abstract=ABSTRACT, ai_summary=None), *others]


@pytest.mark.parametrize("width", [80, 120])
def test_cards_with_mathematics_look_like_their_picture(width: int) -> None:
    picture = render(with_mathematics(), "cards", View(width=width, mathematics=True))
    assert all(cells(line) <= width for line in picture.split("\n"))
    matches_snapshot(f"cards-mathematics-{width}", picture)


def test_widths_are_measured_after_drawing() -> None:
    for width in range(40, 200, 7):
        picture = render(with_mathematics(), "cards", View(width=width, mathematics=True, color=True, links=True))
        tidy(picture)
        assert all(cells(bare(line)) <= width for line in picture.split("\n"))


@pytest.mark.parametrize("format", ["table", "compact"])
def test_a_line_a_paper_on_a_terminal_has_it_too(format: str) -> None:
    picture = render(with_mathematics(), format, View(width=110, mathematics=True))
    assert "X²Flow: 𝒪(n log n) Bounds for α̂_t² ≤ 1/n at $5" in picture
    assert all(cells(line) <= 110 for line in picture.split("\n"))


def test_words_that_were_looked_for_are_still_marked() -> None:
    entries = [changed(entry, matched=("Bounds", "Flow")) for entry in with_mathematics()[:1]]
    picture = render(entries, "cards", View(width=100, mathematics=True, color=True))
    assert "\x1b[1;4mBounds\x1b[0m" in picture
    assert "𝒪(n log n)" in picture


@pytest.fixture
def mathematical() -> Iterator[Hub]:
    days = sample_days()
    days[max(days)] = [days[max(days)][0]]
    (row,) = days[max(days)]
    row["paper"].update(title=TITLE, summary=ABSTRACT, ai_summary="About $x^2$")
    row.update(title=TITLE, summary=ABSTRACT)
    hub = Hub(days)
    yield hub
    hub.stop()


DRAWN = "X²Flow: 𝒪(n log n) Bounds for α̂_t² ≤ 1/n at $5, by Fréchet Means"


def test_every_way_to_look_at_papers_draws_and_every_way_to_take_them_does_not(
    mathematical: Hub, papers: Papers
) -> None:
    env = {"HF_ENDPOINT": mathematical.url, "COLUMNS": "200"}
    (row,) = json.loads(papers("today", "--json", env=env).stdout)
    assert row["title"] == TITLE
    assert row["abstract"] == ABSTRACT
    for name in FORMATS:
        out = papers("today", "-o", name, "--abstract", env=env).stdout
        assert ("𝒪(n log n)" in out) == (name in ("cards", "html", "text")), name
    page = papers("show", row["id"], "-o", "cards", env=env).stdout
    assert "About x²" in page
    assert "x_(i+1) ∈ ℝ^d for 95% of “hard” cases, i.e. at a cost of $5 to $10 each." in " ".join(page.split())


def test_for_a_screen_reader_and_a_terminal_without_unicode_it_is_in_ascii(mathematical: Hub, papers: Papers) -> None:
    plain = "X^2Flow: O(n log n) Bounds for alpha hat_t^2 <= 1/n at $5, by Fréchet Means"
    assert plain in papers("today", "--plain", "-o", "cards", env={"HF_ENDPOINT": mathematical.url}).stdout
    entries = with_mathematics()[:1]
    assert "O(n log n)" in render(entries, "cards", View(width=200, unicode=False, mathematics=True))


def test_a_listing_without_mathematics_imports_no_table_of_it(environ: dict[str, str]) -> None:
    days = {day: [row for row in rows if drawn(row["paper"]["title"]) == row["paper"]["title"]]
            for day, rows in sample_days().items()}  # fmt: skip
    hub = Hub(days)
    environ["HF_ENDPOINT"] = hub.url
    try:
        imported(environ, "today")
        modules = imported(environ, "today", "-o", "cards")
    finally:
        hub.stop()
    assert "papercli.mathematics" in modules
    assert not {name for name in modules if name.startswith("papercli.mathematics.")}
