"""No text of a server runs as TeX: of what a bibliography holds, TeX can only set it."""

from __future__ import annotations

import json
import lzma
import re
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papercli.accents import _LETTERS, _MARKS
from papercli.paper import Entry
from papercli.render import View, render
from papercli.render.bibtex import _MATHEMATICS
from papercli.render.references import tidy
from papercli.render.tex import _BOXES, _FENCED, _FENCES, commands, is_harmless
from papercli.value import changed
from test_references import PAPER

STYLES = ("bibtex", "biblatex")

FILES = r"""
\input{x} \input|ls \include{x} \includeonly{x} \InputIfFileExists{x}{}{} \IfFileExists{x}{}{} \openin5=x \openout5=x
\read5to\x \readline5to\x \write18{x} \immediate\write5{x} \closeout5 \lstinputlisting{x} \verbatiminput{x}
\VerbatimInput{x} \includegraphics{x} \includepdf{x} \usepackage{x} \RequirePackage{x} \documentclass{x} \LoadClass{x}
\bibliography{x} \special{x} \pdfobj{x} \pdffiledump{x} \pdfsavepos \pdfximage{x} \filecontents{x} \ShellEscape{x}
\href{run:x}{x} \url{x} \font\x=x \CatchFileDef\x{x}{} \subimport{x}{x}
"""
PROGRAMS = r"""
\ExplSyntaxOn \ExplSyntaxOff \iow_open:Nn\g_tmpa_iow{x} \iow_now:Nn\g_tmpa_iow{x} \ior_open:Nn\g_tmpa_ior{x}
\file_input:n{x} \sys_shell_now:n{x} \directlua{x} \latelua{x} \luaexec{x} \luadirect{x} \primitive\input
\pdfprimitive\input \catcode`\@=11 \lccode`a=`b \lowercase{x} \uppercase{x} \makeatletter \@input{x} \@@input \char92
\mathchar92 \mathcode`a=x \def\x{x} \edef\x{x} \gdef\x{x} \xdef\x{x} \let\x=\y \futurelet\x\y \newcommand{\x}{x}
\renewcommand\alpha{x} \DeclareRobustCommand\x{x} \NewDocumentCommand\x{}{x} \newenvironment{x}{}{} \newif\ifx
\newwrite\x \newcount\x \newtoks\x \global\x \long\x \outer\x \expandafter\x \noexpand\x \csname input\endcsname
\string\x \meaning\x \scantokens{x} \detokenize{x} \loop\x\repeat \iftrue \iffalse \ifx\x\y \ifnum1=1 \ifcase0 \else
\or \fi \unless \afterassignment\x \aftergroup\x \everypar{x} \everymath{x} \output{x} \toks0{x} \count0=1 \dimen0=1pt
\advance\x1 \the\x \romannumeral1 \number1 \jobname \batchmode \errmessage{x} \message{x} \typeout{x} \show\x
\endinput \end \stop \enddocument \bye \dump \par \begin{x} \end{x} \egroup \bgroup \begingroup \endgroup \halign{x}
\noalign{x} \cr \span \omit \vbox{x} \vsplit0 \hskip1cm \kern1cm \rule{9cm}{9cm} \raisebox{9cm}{x} \hspace{-9cm}
\newpage \shipout\x \label{x} \ref{x} \cite{x} \footnote{x} \index{x} \tag{x} \nonumber \ensuremathx \alphax \alpha@x
\color{red} \textcolor{red}{x} \left \right \big \( \) \[ \] \\ \@ \" \' \^
"""
# Commands that a word of each begins with; the rest are their arguments.
HOSTILE = (FILES + PROGRAMS).split()
WAYS = (
    "${}$", "{}", "$x_{{{}}}$", r"$\text{{{}}}$", r"$\alpha{}$", "$a${}$b$", "$${}$$", r"$\frac{{{}}}{{2}}$", r"\${}$",
    r"$\sqrt[{}]{{2}}$", r"$\left({}\right)$", "{{$ {} $}}", r"\text{{{}}}", r"$\mbox{{{}}}$", "“${}$”", "$`{}$",
)  # fmt: skip
ELSEWHERE = ("^^5cinput x", "^^5Cdef", "^^M", "^^^^005cinput", "%", "#1", "&", "a % b", r"\^^5c", "~", "x^^y")

# What we write ourselves where a sign is text, and what of the titles below is mathematics.
WORDS = {f"text{name}" for name in ("backslash", "asciitilde", "asciicircum", "braceleft", "braceright", "less",
                                    "greater")}  # fmt: skip
OURS = WORDS | {"alpha", "text", "frac", "sqrt", "left", "right", "mbox"}


def spoiled(text: str) -> Entry:
    """A paper whose every text is this one."""
    return changed(
        PAPER, title=text, authors=(text, f"Ada {text}", f"{text}, Ada", f"{text} Lovelace Jr."), journal_ref=text,
        doi=f"10.1000/{text}", categories=(text,), keywords=(text,), abstract=text, organization_name=text,
        arxiv_comment=text, ai_summary=text,
    )  # fmt: skip


def live(tex: str) -> tuple[set[str], str]:
    """The control words of it as TeX sees them, and the signs that mean something to TeX and stand there bare."""
    words = set(re.findall(r"\\(?:([A-Za-z@]+)|.)", tex)) - {""}
    return words, "".join(sorted(set(re.findall(r"[$^_&%#~]", re.sub(r"\\.", "", tex)))))


def values(style: str, text: str) -> str:
    """What a bibliography of the spoiled paper says in its fields, without the two with an address or an id."""
    lines = render([spoiled(text)], style, View()).split("\n")
    return "\n".join(line for line in lines if line.startswith("  ") and not re.match("  (url|eprint) =", line))


def test_there_are_many_hostile_commands() -> None:
    assert len({command.split("{")[0] for command in HOSTILE}) > 150


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("way", WAYS)
def test_no_hostile_command_is_live_in_any_field(style: str, way: str) -> None:
    for command in HOSTILE:
        text = way.format(command)
        words, _ = live(values(style, text))
        assert words <= OURS, text
        bare = render([changed(PAPER, title=text)], style, View())
        assert r"\textbackslash{}" in bare, f"{text} is dropped"


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("sign", ELSEWHERE)
def test_no_sign_of_tex_is_live_in_or_out_of_a_formula(style: str, sign: str) -> None:
    for text in (sign, f"${sign}$", f"$x_{{{sign}}}$", rf"$\text{{{sign}}}$", f"a${sign}b$c"):
        found = values(style, text)
        assert "^^" not in found
        allowed = set("$_~") if sign == "~" else set()
        assert set(live(found)[1]) <= allowed, text


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    ("title", "written"),
    [
        (r"$\ExplSyntaxOn\iow_open:Nn\g_tmpa_iow{pwned.txt}\iow_close:N\g_tmpa_iow$",
         r"{\$\textbackslash{}ExplSyntaxOn\textbackslash{}iow\_open}:Nn\textbackslash{}g\_tmpa\_iow\{pwned.txt\}"
         r"\textbackslash{}iow\_close:N\textbackslash{}g\_tmpa\_iow\$"),
        (r"$\InputIfFileExists{secret}{}{}$",
         r"{\$\textbackslash{}InputIfFileExists\{secret\}\{\}\{\}\$}"),
        (r"$\endinput$", r"\$\textbackslash{}endinput\$"),
        (r"$\enddocument$", r"\$\textbackslash{}enddocument\$"),
        (r"$\stop$", r"\$\textbackslash{}stop\$"),
        (r"$\lstinputlisting{a}$", r"\$\textbackslash{}lstinputlisting\{a\}\$"),
        (r"$\catcode x$", r"\$\textbackslash{}catcode x\$"),
        (r"$x^^5cinput$", r"\$x\textasciicircum{}\textasciicircum{}5cinput\$"),
        (r"$\mathbb$ and more", r"\$\textbackslash{}mathbb\$ and more"),
        (r"$\frac1$ and more", r"\$\textbackslash{}frac1\$ and more"),
    ],
)  # fmt: skip
def test_what_is_no_known_mathematics_is_text(style: str, title: str, written: str) -> None:
    assert f"  title = {{{written}}},\n" in render([changed(PAPER, title=title)], style, View())


FORMULAS = [
    r"\alpha_t^2 \leq \mathcal{O}(n)", r"\mathbb{R}^{d\times d}", r"\frac12 + \frac{a}{\sqrt[3]{b}}", r"x'_i", "x_i'",
    "x'^2", r"\left\{ \frac{a}{b} \middle| c \right\}", r"\big(\Bigl\langle x \Bigr\rangle\big)", r"\hat{\mathbf x}",
    r"\text{best of } n\,\%", r"\operatorname*{arg\,max}_x f", r"\operatorname{rank}(A)", r"\underbrace{a+b}_{c}",
    r"\tilde{\mathcal{O}}(\sqrt{T})", r"\vec v \cdot \overline{w}", r"\boldsymbol{\theta}\quad\|x\|\;\!", r"\not\in",
    r"\sum\limits_{i=1}^n i", r"\bar x \mathrm{d}x", "x^\\circ", r"\mathrm{e}^\frac12", r"\{a\}", "2.5", "-", "x~y",
    r"\stackrel{a}{=}", r"\xrightarrow{n\to\infty}", r"\ell_\infty", "λ", "3\\times", r"x_\mathrm{max}", r"\ge 3",
    r"^{\rm th}", r"{\cal L}", r"\textbf{x}", r"\textit{DGA-DR.~GRPO}", r"a\ b\_c\&d",
]  # fmt: skip


@pytest.mark.parametrize("formula", FORMULAS)
def test_mathematics_stays_mathematics(formula: str) -> None:
    assert is_harmless(formula)


@pytest.mark.parametrize(
    "formula",
    [r"\frac{a}", r"\sqrt", "x^", "x_", "x^_2", "x^a^b", "x^a_b'", "{", "}", "}{", r"\left(x", r"x\right)", r"\left x",
     r"{\left(}\right)", r"\left({\right)}", r"\middle|", r"\big", r"\big x", r"\text a", r"\text{$a$}", r"\text{a_b}",
     r"\text{\alpha}", r"\sqrt[3", r"\sqrt[", r"\sqrt [3]{x}", r"\text{a", r"\left", r"\text",
     r"\sqrt[\x]{3}", r"\smash[x]{a}", r"\mathbb[", r"\hat\mathbf{x}", r"x^\hat y", "a&b",
     "a%b", "a#b", "a$b", r"\{", r"\}\{", r"a\$b", "a^^b", r"\alphaé", r"\é", r"\alpha@x", r"\alpha\\b", "\\", "\\\n",
     r"\limits", r"\frac^2", r"\frac'2", r"\mathbf~x", r"\mathbf\sqrt2", r"\sqrt\sqrt2"],
)  # fmt: skip
def test_what_tex_would_stumble_over_is_none(formula: str) -> None:
    assert not is_harmless(formula)


PIECES = (
    *HOSTILE, *ELSEWHERE, *(f"${formula}$" for formula in FORMULAS), "$", "$$", r"\$", "{", "}", "\\", "^", "_", "x",
    " ", "é", "@", r"\alpha", r"\text{", r"\left", r"\right", "[", "]", "'", "1", r"\'", r"\H{o}",
)  # fmt: skip
TITLES = st.lists(st.sampled_from(PIECES), max_size=8).map("".join) | st.text("\\$^_{}%#&~ aé", max_size=30)


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.sampled_from(PIECES), max_size=8).map("".join) | st.text(st.sampled_from("\\$^_{}%#&~ aé"), max_size=30)
)
def test_only_known_commands_are_live_whatever_a_title_says(title: str) -> None:
    known = {*WORDS, *commands(), *_LETTERS, *_MARKS, "limits"}
    known |= {word[1:] for word in _BOXES | _FENCED | _FENCES}
    for style in STYLES:
        text = render([changed(PAPER, title=title, authors=(title,), journal_ref=title)], style, View())
        words, _ = live(text)
        assert words <= known, text
        assert "^^" not in text
        assert not re.search(r"[%#&]", re.sub(r"\\.", "", text))
        for line in text.split("\n"):
            assert len(re.findall(r"\$", re.sub(r"\\.", "", line))) % 2 == 0, "a formula without an end"


@pytest.mark.parametrize("doi", ["10.1000/^^5cinput", "10.1000/a%b", "10.1000/a#b", "10.1000/a$b$", "10.1000/a&b"])
def test_a_doi_with_signs_of_tex_is_not_handed_to_it(doi: str) -> None:
    for style in STYLES:
        assert "doi" not in render([changed(PAPER, doi=doi)], style, View())
    assert doi in render([changed(PAPER, doi=doi)], "ris", View()), "others can read it"


def test_initials_and_labels_of_names_cut_no_sign_in_two() -> None:
    entry = changed(PAPER, authors=(r"Ada a\b]", "R&D {x}"))
    assert r"author = {a{\textbackslash}b{]}, Ada and {R{\&}D {\textbraceleft}x{\textbraceright}}}," in render(
        [entry], "bibtex", View()
    )
    assert r"author = {a\textbackslash{}b], Ada and {R\&D \textbraceleft{}x\textbraceright{}}}," in render(
        [entry], "biblatex", View()
    )


def test_other_formats_hand_on_no_tex_that_their_readers_run() -> None:
    r"""Markdown shows `$` and `\` as signs: pandoc would hand them to TeX."""
    entry = changed(PAPER, title=r"On $\input{x}$ \input{y} ^^5c", abstract=r"$\input{x}$", journal_ref=r"\input{z}")
    text = render([entry], "md", View(abstract=True))
    assert not re.search(r"[$\\]", re.sub(r"\\[^A-Za-z]", "", text))


def test_every_formula_in_a_recorded_title_stays_one(recordings: Path) -> None:
    with lzma.open(recordings / "arxiv_bulk" / "arxiv_20k.jsonl.xz") as file:
        titles = [json.loads(line)["title"] for line in file]
    formulas = [found for title in titles for found in re.findall(_MATHEMATICS, tidy(title).replace("$$", "$"))]
    assert len(formulas) > 90
    assert [formula for formula in formulas if not is_harmless(formula[1:-1])] == []


# TeX itself


@pytest.mark.skipif(not (shutil.which("bibtex") and shutil.which("pdflatex")), reason="no bibtex and pdflatex here")
def test_tex_sets_every_hostile_text_and_does_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text(r"\typeout{READ}")
    attacks = [r"\immediate\openout5=pwned.txt", r"\InputIfFileExists{secret.txt}{}{}", r"\input secret.txt ",
               r"\ExplSyntaxOn\iow_open:Nn\g_tmpa_iow{pwned.txt}", "^^5cinput secret.txt ", r"\stop"]  # fmt: skip
    texts = [way.format(each) for way in WAYS for each in (*attacks, *HOSTILE[::9])]
    texts = [text for text in (*texts, *ELSEWHERE, *(f"${each}$" for each in FORMULAS)) if text.isascii()]
    # Years of their own: of labels that are the same in 27 papers, BibTeX's "alpha" spoils the last.
    days = [date(1991 + place % 100, 1, 1) for place in range(len(texts))]
    papers = [
        changed(spoiled(text), id=f"1706.{place:05}", published=day)
        for place, (text, day) in enumerate(zip(texts, days, strict=True))
    ]
    (tmp_path / "refs.bib").write_text(render(papers, "bibtex", View()), "utf-8")
    (tmp_path / "main.tex").write_text(
        r"\documentclass{article}\usepackage[T1]{fontenc}\usepackage{amsmath,amssymb}\begin{document}\nocite{*}"
        r"\bibliographystyle{alpha}\bibliography{refs}\typeout{THE END}\end{document}"
    )
    latex = ["pdflatex", "-interaction=nonstopmode", "-no-shell-escape", "main"]
    for words in (latex, ["bibtex", "main"], latex):
        said = subprocess.run(words, cwd=tmp_path, capture_output=True, stdin=subprocess.DEVNULL, timeout=60).stdout
    lines = said.decode("latin-1").split("\n")
    assert "THE END" in " ".join(lines)
    assert "READ" not in lines
    assert not (tmp_path / "pwned.txt").exists()
    assert [line for line in lines if line.startswith("!") and "Unicode character" not in line] == []
