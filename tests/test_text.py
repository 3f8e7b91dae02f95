from __future__ import annotations

import json
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from papercli.text import folded, harmless, line, number, prose, sheet, url
from trust.oracle import dangerous

quick = settings(max_examples=500, deadline=None, derandomize=True, database=None)


def test_no_code_point_between_letters_leaks_and_every_visible_one_stays():
    assert len(dangerous()) > 2_048 + 65 + 66 + 3_600
    for start in range(0, 0x110000, 256):
        block = [chr(code) for code in range(start, start + 256)]
        words = line(" ;; ".join(f"ab{character}cd" for character in block), limit=10_000).split(" ;; ")
        for character, word in zip(block, words, strict=True):
            if character.isspace():
                assert word == "ab cd", hex(ord(character))
            elif character in dangerous():
                assert word in ("abcd", "ab\ufffdcd"), hex(ord(character))
            else:
                assert word == unicodedata.normalize("NFC", f"ab{character}cd"), hex(ord(character))


@pytest.mark.parametrize(
    "character", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\x1b\x9b\x7f\0\ufff9\U000e0041"
)
def test_what_could_mislead_is_shown_as_a_replacement(character):
    assert line(f"{character}gnp.exe") == "\ufffdgnp.exe"


@pytest.mark.parametrize("character", "\u200e\u200f\u061c\u200b\u00ad\ufeff\u2060")
def test_marks_without_a_width_vanish(character):
    assert line(f"{character} pa{character}per {character} s{character}") == "paper s"


@pytest.mark.parametrize(
    "payload", ["\x1b]0;x\x07", "\x1b]52;c;eA==\x1b\\", "\x9b6n", "\x90$q\x9c", "\udc9b2J", "\x1b[31"]
)
def test_a_terminal_sequence_loses_its_teeth_and_keeps_its_letters(payload):
    letters = [character for character in payload if character.isascii() and character.isprintable()]
    assert [character for character in line(f"a{payload}b") if character != "\ufffd"] == ["a", *letters, "b"]


@pytest.mark.parametrize(
    "kept",
    [
        "Attention [/x] is [link=http://e.com]all[/link] :smile: \\section{you} need",
        "naïve Schrödinger: π_RL, μLO, 92.1 % – ‘so’ “called” …",
        "GSBAK\N{SUPERSCRIPT TWO} 漢字 にほんご 한국어 العربية עברית ไทย हिन्दी",
        "می\u200cخواهم",
        "👩\u200d👩\u200d👧\u200d👦 🏳\ufe0f\u200d🌈 ❤\ufe0f 1\ufe0f⃣ 🇵🇸",
        "葛\U000e0100飾",
    ],
)
def test_words_of_every_script_stay(kept):
    assert line(kept) == kept
    assert prose(kept) == kept


def test_a_title_wrapped_by_arxiv_is_one_line():
    assert line("  Dynamic Routing Based on Llama\n  3 \t and\r\n\x0b\x85\u2028\u2029\xa0\u3000more ") == (
        "Dynamic Routing Based on Llama 3 and more"
    )
    assert line("two  spaces") == "two spaces"


@pytest.mark.parametrize(
    "mark", ["\u0301", "\u0e47", "\u05b4", "\u20dd", "\ufe0f", "\U000e0101", "\u200d", "\u094d", "\u180b"]
)
def test_at_most_four_marks_follow_one_another(mark):
    assert line(f"x{mark * 4}y").count(mark) == 4
    assert line(f"x{mark * 5}y").count(mark) == 4
    assert line(f"x{mark * 50}y x{mark * 50}y") == f"x{mark * 4}y x{mark * 4}y"


def test_marks_are_counted_together_whatever_they_are():
    assert line("x\u0489\u200d\ufe0f\u0489\u200d\ufe0f\u0489y") == "x\u0489\u200d\ufe0f\u0489y"


def test_text_is_composed():
    assert line("Cafe\u0301 A\u030a") == "Café Å"


@pytest.mark.parametrize("nothing", [None, 3, 1.5, True, b"bytes", ["a"], {}, object()])
def test_what_is_not_text_is_empty(nothing):
    assert line(nothing) == prose(nothing) == prose(nothing, keep_paragraphs=True) == url(nothing) == ""


def test_a_long_text_is_cut_in_characters_without_a_trailing_space():
    assert line(" " * 4_003 + "xy", limit=1) == "x"
    assert line(" " * 4_004 + "xy", limit=1) == ""
    assert line("x" * 1_001) == "x" * 1_000
    assert line("é" * 1_001) == "é" * 1_000
    assert line("abc def", limit=4) == line("äbc def", limit=4).replace("ä", "a") == "abc"
    assert len(prose("word " * 10_000)) == 19_999
    assert prose("wörd\n\n" * 9, limit=11, keep_paragraphs=True) == "wörd\n\nwörd"


def test_an_abstract_is_one_line_unless_its_paragraphs_are_wanted():
    wrapped = "We show\nthat it\nworks.\n  Moreover,\nit is fast.\n\n\nCode is out.\r\n \r\nBye\n now\u202e"
    assert prose(wrapped) == "We show that it works. Moreover, it is fast. Code is out. Bye now\ufffd"
    assert prose(wrapped, keep_paragraphs=True) == (
        "We show that it works.\n\nMoreover, it is fast.\n\nCode is out.\n\nBye now\ufffd"
    )
    assert prose("a\n\n\u200b\n\nb", keep_paragraphs=True) == "a\n\nb"


RECORDED = Path(__file__).parents[2] / "shared" / "recordings" / "hf_daily"


@pytest.mark.skipif(not RECORDED.is_dir(), reason="no recorded listings next to the project")
def test_real_titles_and_abstracts_lose_nothing_but_their_line_breaks():
    entries = [entry for day in sorted(RECORDED.glob("*.json"))[::20] for entry in json.loads(day.read_bytes())]
    assert len(entries) > 100
    for text in (entry["paper"][field] for entry in entries for field in ("title", "summary")):
        folded = unicodedata.normalize("NFC", " ".join(text.split()))
        assert line(text, 20_000) == prose(text) == folded
        assert prose(text, keep_paragraphs=True).replace("\n\n", " ") == folded


hostile = st.text(
    st.one_of(
        st.characters(codec=None),
        st.sampled_from(
            "ab \n\t\x1b\x9b\u0301\u0323\u0344\u09c7\u09be\u1100\u1161\u11a8\u200b\u200d\ufe0f\u202e\ud800"
        ),
        st.sampled_from("\u0f73\u0958\u2126\ufb1d\U0001d160\u302e\U0001d165\u0489\u00ad\u2000\u115f\u3000"),
    ),
    max_size=60,
)


@quick
@given(hostile, st.integers(1, 40))
@example("a" + "\u0344" * 6, 40)
@example("a \u200b b", 40)
@example("\u1100\u0301\u0301\u0301\u0301\u0301\u1161", 40)
def test_cleaning_twice_is_cleaning_once(text, limit):
    for clean in (line, prose, lambda s, n: prose(s, n, keep_paragraphs=True)):
        once = clean(text, limit)
        assert clean(once, limit) == once
        assert len(once) <= limit
        assert set(once) & dangerous() <= {"\n"}
        assert unicodedata.is_normalized("NFC", once)
    once = line(text, limit)
    assert once == " ".join(once.split())


@pytest.mark.parametrize("bomb", ["[", "\u202e", "a\u0301", "\u0301\u0323", "\n ", "\n", "\u200d", "é\n"])
def test_a_megabyte_of_anything_is_cleaned_at_once(bomb):
    text = bomb * (1_000_000 // len(bomb))
    started = time.process_time()
    line(text), prose(text), prose(text, keep_paragraphs=True), url(text), url(f"https://{text}")
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        ("https://github.com/a/b", "https://github.com/a/b"),
        (" \n https://a.org/x?y=1&z=[2]#f%20 \t", "https://a.org/x?y=1&z=[2]#f%20"),
        ("HTTP://Example.COM:8080/Path", "http://example.com:8080/Path"),
        ("http://127.0.0.1:8766/x", "http://127.0.0.1:8766/x"),
        ("https://a.org", "https://a.org"),
        ("https://a.org?q", "https://a.org?q"),
        ('https://a.org/é/"<b>`{|}^\\', "https://a.org/%C3%A9/%22%3Cb%3E%60%7B%7C%7D%5E%5C"),
        ("https://\u0430rxiv.org/abs/1", "https://xn--rxiv-43d.org/abs/1"),
        ("https://Bücher.example/", "https://xn--bcher-kva.example/"),
    ],
)
def test_a_link_is_trimmed_and_written_in_ascii(given, clean):
    assert url(given) == clean
    assert url(clean) == clean


@pytest.mark.parametrize(
    "bad",
    [
        *("", "github.com/a/b", "//a.org", "/x", "https:", "https://", "https:///x", "https:a.org", "http:/a.org"),
        *(
            "javascript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "ftp://a.org",
            "httpſ://a.org",
            "xhttps://a.org",
        ),
        *("https://user@a.org", "https://user:pw@a.org/", "https://a.org:80@b.org/", "https://good.org\\@bad.org/"),
        *(
            "https://a.org/\x1b]52;c;x\x07",
            "https://a.org/\x9b",
            "https://a.org/a b",
            "https://a.org/\u202ex",
        ),
        *("https://a.org/\ud800", "https://a.org/\u200bx", "https://a..org/", "https://.org/", "https://a.org:99999/"),
        *(
            "https://a.org:x/",
            "https://a.org:/",
            "https://[::1]/",
            "https://a℀b.org/",
            "https://a。org/",
            "https://-\u200d-.org",
        ),
        *("https://" + "a" * 64 + ".org", "https://" + "é" * 200 + ".org", "https://a.org/" + "x" * 2_000),
        *("https://a.org/" + "é" * 1_000, "https://" + "a." * 140 + "org"),
    ],
    ids=lambda bad: ascii(bad)[:40],
)
def test_what_is_not_a_plain_web_link_is_empty(bad):
    assert url(bad) == ""


def test_a_line_break_inside_a_link_is_dropped_as_browsers_do():
    assert url("https://example.org/\n a".replace(" ", "")) == "https://example.org/a"
    assert url(" https://example.org/a\r\n\tb ") == "https://example.org/ab"


@quick
@given(st.text(st.one_of(st.sampled_from('ab.:/@?#%\\[]-é\u0430\x1b "<'), st.characters(codec=None)), max_size=30))
@example("a.org/\x7f")
def test_a_link_is_always_printable_ascii_and_stays_as_it_is(rest):
    clean = url(f"https://{rest}")
    assert clean.isascii()
    assert " " not in clean and clean.isprintable()
    assert not set(clean) & set('"<>\\`^{|}')
    assert url(clean) == clean


@pytest.mark.parametrize(
    ("given", "count"),
    [(0, 0), (781, 781), (12.0, 12), (-0.0, 0), (10**12, 10**12), (1e12, 10**12)],
)
def test_a_count_is_a_whole_number(given, count):
    assert number(given) == count
    assert type(number(given)) is int


@pytest.mark.parametrize(
    "bad", [True, False, -1, -1.0, 1.5, 10**12 + 1, 1e300, float("inf"), float("nan"), "3", None, [], {}]
)
def test_what_is_not_a_count_is_none(bad):
    assert number(bad) is None


def test_an_endless_integer_is_no_count():
    assert number(10**5_000) is None


def test_a_sheet_keeps_its_lines_and_blanks_and_ends_them_in_one_way():
    assert sheet("if x:\r\n\treturn  y\rend \n") == "if x:\n    return  y\nend \n"
    assert sheet("naïve:\r\n\t漢字  \n") == "naïve:\n    漢字  \n"
    assert sheet("plain\n\n  text") == "plain\n\n  text"


def test_each_line_of_a_sheet_is_cleaned_and_the_others_stay():
    assert sheet("a\x1b[2J\nCafe\u0301\xa0\u3000!\n\u202egnp\u200b.exe\nfine  é") == (
        "a\ufffd[2J\nCafé  !\n\ufffdgnp.exe\nfine  é"
    )
    assert sheet("a\x85b\u2028c\x0bd\x1ce\n") == "a\ufffdb\ufffdc\ufffdd\ufffde\n"


@quick
@given(hostile)
def test_a_sheet_has_nothing_in_it_that_a_line_has_not(text):
    cleaned = sheet(text)
    assert sheet(cleaned) == cleaned
    assert not dangerous() & set(cleaned.replace("\n", ""))
    assert cleaned.count("\n") == text.replace("\r\n", "\n").replace("\r", "\n").count("\n")


def test_what_ones_own_program_made_loses_only_what_is_dangerous():
    kept = "a\tb\n é\u0301\u0301\u0301\u0301\u0301\u200b  \xa0漢\n"
    assert harmless(kept) == kept
    assert harmless("\x1b]0;x\x07\r\u202e\x9b\U000e0041") == "\ufffd]0;x" + "\ufffd" * 5
    assert harmless("a".join("\x00\x7f\x85\u2066\ud800")) == "a".join("\ufffd" * 5)


@pytest.mark.parametrize(
    ("name", "other"),
    [("Müller", "MULLER"), ("Straße", "strasse"), ("Łukasz", "łukasz"), ("Ångström", "angstro\u0308m"), ("ﬁn", "FIN")],
)
def test_names_are_the_same_whatever_their_case_and_accents(name, other):
    assert folded(name) == folded(other)


def test_other_letters_are_other_names_and_what_is_no_text_is_no_name():
    assert folded("Müller") != folded("Möller") and folded("漢字") == "漢字"
    assert folded("MiXed Case-1") == "mixed case-1"
    assert folded(None) == folded(7) == folded(b"x") == ""
