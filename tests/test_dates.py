from __future__ import annotations

import random
from collections import defaultdict
from datetime import date, timedelta

import pytest

from papercli.dates import Span, days, not_beyond, short, span_of, spoken, when
from papercli.errors import BadRequest

NEWEST = date(2026, 7, 3)  # a Friday

# The reference: days written down one by one, weeks and names by the C library.
CALENDAR = [date(2022, 1, 1) + timedelta(days=n) for n in range((date(2028, 12, 31) - date(2022, 1, 1)).days + 1)]
AT = {day: place for place, day in enumerate(CALENDAR)}
DAYS = [day for day in CALENDAR if 2023 <= day.year <= 2027]
WEEKS: dict[str, list[date]] = defaultdict(list)
MONTHS: dict[str, list[date]] = defaultdict(list)
for _day in CALENDAR:
    WEEKS[_day.strftime("%G-W%V")].append(_day)
    MONTHS[_day.strftime("%Y-%m")].append(_day)
NAMES_OF_DAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]  # strftime's %w
NAMES_OF_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]


def whole(group: list[date], form: str) -> Span:
    return Span(group[0], group[-1], form)


def test_every_day_of_five_years_reads_as_itself_and_no_other_does():
    written = {day.strftime("%Y-%m-%d"): day for day in DAYS}
    for text in (f"{y}-{m:02}-{d:02}" for y in range(2023, 2028) for m in range(14) for d in range(33)):
        if text in written:
            assert when(text, newest=NEWEST) == Span(written[text], written[text], "day")
        else:
            with pytest.raises(BadRequest, match=f"^{text} is not a day$"):
                when(text, newest=NEWEST)


def test_relative_days_are_calendar_days_before_the_newest():
    back = {
        "today": 0,
        "yesterday": 1,
        "last": 1,
        "-0d": 0,
        "-1d": 1,
        "-3d": 3,
        "-30d": 30,
        "-1w": 7,
        "-2w": 14,
        "-52W": 364,
    }
    for newest in DAYS:
        for text, count in back.items():
            day = CALENDAR[AT[newest] - count]
            assert when(text, newest=newest) == Span(day, day, "day")


def test_a_weekday_is_the_latest_not_after_the_newest():
    for newest in DAYS:
        latest = {NAMES_OF_DAYS[int(day.strftime("%w"))]: day for day in CALENDAR[AT[newest] - 6 : AT[newest] + 1]}
        for name, day in latest.items():
            assert when(name, newest=newest) == when(name[:3], newest=newest) == Span(day, day, "day")


def test_every_week_reads_as_its_seven_days_and_no_other_week_exists():
    for year in range(2023, 2028):
        for week in range(100):
            text = f"{year}-W{week:02}"
            if text in WEEKS:
                assert len(WEEKS[text]) == 7
                assert when(text, newest=NEWEST) == whole(WEEKS[text], "week")
            else:
                with pytest.raises(BadRequest, match=f"^{text} is not a week$"):
                    when(text, newest=NEWEST)
    assert "2026-W53" in WEEKS and "2025-W53" not in WEEKS


def test_every_month_reads_as_its_days_and_no_other_month_exists():
    for year in range(2023, 2028):
        for month in range(100):
            text = f"{year}-{month:02}"
            if text in MONTHS:
                assert when(text, newest=NEWEST) == whole(MONTHS[text], "month")
            else:
                with pytest.raises(BadRequest, match=f"^{text} is not a month$"):
                    when(text, newest=NEWEST)


def test_a_month_name_is_the_latest_that_has_begun():
    for newest in DAYS[::3]:
        for number, name in enumerate(NAMES_OF_MONTHS, 1):
            begun = [f"{year}-{number:02}" for year in (2022, *range(2023, 2028)) if date(year, number, 1) <= newest]
            latest = whole(MONTHS[begun[-1]], "month")
            assert when(name, newest=newest) == when(name[:3], newest=newest) == latest


def test_the_period_that_holds_a_day_and_the_one_before_it():
    weeks, months = list(WEEKS), list(MONTHS)
    for newest in DAYS:
        one = Span(newest, newest, "day")
        week, month = newest.strftime("%G-W%V"), newest.strftime("%Y-%m")
        assert span_of(one, "week") == whole(WEEKS[week], "week")
        assert span_of(one, "month") == whole(MONTHS[month], "month")
        before = weeks[weeks.index(week) - 1], months[months.index(month) - 1]
        assert when("last", newest=newest, period="week") == whole(WEEKS[before[0]], "week")
        assert when("last", newest=newest, period="month") == whole(MONTHS[before[1]], "month")


def test_the_period_of_a_longer_span_is_that_of_its_last_day():
    long = Span(date(2026, 5, 1), date(2026, 7, 1), "range")
    assert span_of(long, "day") == Span(long.last, long.last, "day")
    assert span_of(long, "week") == Span(date(2026, 6, 29), date(2026, 7, 5), "week")
    assert span_of(long, "month") == Span(date(2026, 7, 1), date(2026, 7, 31), "month")


def test_a_range_goes_from_the_first_day_of_one_form_to_the_last_of_another():
    forms = ["2026-06-01", "2026-W20", "2026-05", "may", "-40d", "monday", "yesterday", "today", "last", "2026-07"]
    right = 0
    for a in forms:
        for b in forms:
            start, end = when(a, newest=NEWEST).first, when(b, newest=NEWEST).last
            if start <= end:
                right += 1
                assert when(f"{a}..{b}", newest=NEWEST) == Span(start, end, "range")
                assert when(f" {a} .. {b} ", newest=NEWEST) == Span(start, end, "range")
            else:
                with pytest.raises(BadRequest, match="ends before it begins"):
                    when(f"{a}..{b}", newest=NEWEST)
    assert 50 < right < 100
    assert when("last..today", newest=NEWEST, period="month") == Span(date(2026, 6, 1), NEWEST, "range")


@pytest.mark.parametrize(
    "text", ["friday", "FRIDAY", " Fri ", "2026-w27", "2026-W27", "SEPT", "tues", "Thurs", "thur", "-3D"]
)
def test_case_and_space_around_do_not_matter(text):
    assert when(text, newest=NEWEST) == when(text.strip().lower(), newest=NEWEST)


@pytest.mark.parametrize(
    "text",
    [
        *("20260701", "2026-W01-1", "2026W01", "2026-7-1", "2026-07-1", "26-07-01", "2026-07-01T00:00", "2026/07/01"),
        *("٢٠٢٦-٠٧-٠١", "２０２６-07-01", "2026-07-0１", "2026-W2７", "-３d", "fri\u212aday", "ﬁ", "İ"),
        *("", " ", "..", "2026-07-01..", "..2026-07-01", " .. ", "a..b", "2026-07-01..2026-07-02..2026-07-03"),
        *("2026-07-01...2026-07-03", "-d", "--3d", "-3", "3d", "+3d", "-3m", "- 3d", "-3.5d", "-9999999d", "-999999w"),
        *("0000-01-01", "0000-01", "0000-W01", "10000-01-01", "2025-02-29", "2026-00", "2026-W00", "2026-W", "2026"),
        *(
            "now",
            "tomorrow",
            "fridays",
            "fr",
            "ju",
            "2026-july",
            "july 2026",
            "last week",
            "\x1b]0;x\x07",
            "x" * 100_000,
        ),
    ],
    ids=lambda text: ascii(text)[:30],
)
def test_what_is_no_day_is_told_in_one_clean_sentence_with_a_hint(text):
    with pytest.raises(BadRequest) as refused:
        when(text, newest=NEWEST)
    message = str(refused.value)
    assert message.isprintable() and len(message) < 120 and not message.endswith(".")
    assert refused.value.hint


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        *(("firday", "friday"), ("Thrusday", "thursday"), ("yesteday", "yesterday"), ("tody", "today")),
        *(("juli", "july"), ("septembre", "september"), ("wensday", "wednesday"), ("20260701", "2026-07-01")),
        *(("2026-7-1", "2026-07-01"), ("2026/07/01", "2026-07-01"), ("2026.7.1", "2026-07-01")),
    ],
)
def test_a_slip_is_answered_with_what_was_meant(typed, meant):
    with pytest.raises(BadRequest) as refused:
        when(typed, newest=NEWEST)
    assert refused.value.hint == f"did you mean `{meant}`?"
    when(meant, newest=NEWEST)


def test_what_is_far_from_every_word_is_answered_with_the_forms():
    for typed in ("xyzzy", "2026-13-40", "20261340", "foo bar"):
        with pytest.raises(BadRequest) as refused:
            when(typed, newest=NEWEST)
        hint = refused.value.hint
        for form in ("2026-07-01", "today", "yesterday", "friday", "-3d", "-2w", "2026-W27", "2026-07", "july", "last"):
            assert form in hint
            when(form, newest=NEWEST)
    with pytest.raises(BadRequest) as refused:
        when("2025-W53", newest=NEWEST)
    assert refused.value.hint == "the weeks of 2025 are 2025-W01 to 2025-W52"


def test_the_ends_of_the_calendar_hold():
    assert when("9999-12", newest=NEWEST).last == when("9999-W52", newest=NEWEST).last == date.max
    assert span_of(Span(date.max, date.max, "day"), "week").last == date.max
    assert span_of(Span(date.max, date.max, "day"), "month").last == date.max
    assert span_of(Span(date.min, date.min, "day"), "week").first == date.min
    assert when("0001-01-01..today", newest=NEWEST).first == date.min
    for text in ("yesterday", "-1d", "last", "sunday", "december"):
        with pytest.raises(BadRequest):
            when(text, newest=date.min)
    not_beyond(Span(date.min, date.max, "range"), tomorrow=date.max)


def test_the_days_of_a_span_come_newest_first():
    span = when("2026-02-27..2026-03-02", newest=NEWEST)
    assert [day.isoformat() for day in days(span)] == ["2026-03-02", "2026-03-01", "2026-02-28", "2026-02-27"]
    assert list(days(when("today", newest=NEWEST))) == [NEWEST]
    assert list(days(when("2026-W27", newest=NEWEST))) == WEEKS["2026-W27"][::-1]
    assert next(days(Span(date.min, date.max, "range"))) == date.max


@pytest.mark.parametrize(
    "text",
    ["2026-07-04", "today", "2026-W27", "2026-07", "july", "2026-06-01..2026-07-04", "2026-06..july", "may..2026-W27"],
)
def test_what_has_begun_by_tomorrow_may_be_asked_for(text):
    not_beyond(when(text, newest=NEWEST), tomorrow=date(2026, 7, 4))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        *(
            ("2026-07-05", "2026-07-05"),
            ("2027-01-01", "2027-01-01"),
            ("2026-W28", "2026-07-06"),
            ("2026-08", "2026-08-01"),
        ),
        *(("2026-06-01..2026-07-06", "2026-07-06"), ("2026-06-01..2027-07-04", "2027-07-04")),
        *(("2026-07-20..2026-07-31", "2026-07-20"), ("2026-06..2026-08", "2026-08-31")),
    ],
)
def test_a_day_later_than_tomorrow_is_refused(text, named):
    with pytest.raises(BadRequest, match=rf"^{named} is later than tomorrow \(UTC\)$") as refused:
        not_beyond(when(text, newest=NEWEST), tomorrow=date(2026, 7, 4))
    assert "2026-07-04" in refused.value.hint


def test_days_are_spoken_in_english():
    assert spoken(NEWEST) == "Fri 3 Jul 2026"
    assert short(NEWEST) == "3 Jul"
    for day in DAYS:
        in_c_locale = day.strftime("%w %m %Y").split()
        name, month = NAMES_OF_DAYS[int(in_c_locale[0])], NAMES_OF_MONTHS[int(in_c_locale[1]) - 1]
        assert spoken(day) == f"{name[:3].title()} {day.day} {month[:3].title()} {in_c_locale[2]}"
        assert spoken(day).split(" ", 1)[1] == f"{short(day)} {day.year}"


def test_any_text_is_a_span_or_a_bad_request():
    dice = random.Random(20260703)
    pieces = [
        *(
            "2026",
            "-",
            "W",
            "w53",
            "07",
            "31",
            "..",
            ".",
            "last",
            "today",
            "fri",
            "july",
            "-3d",
            "d",
            "w",
            "99999",
            " ",
        ),
        *(
            "\x1b",
            "\u202e",
            "\ud800",
            "٣",
            "\n",
            "0",
            "é",
            "T",
            ":",
            "+",
            "x",
            "2026-07-01",
            "2026-W27",
            "0001",
            "9999",
        ),
    ]
    spans = 0
    for _ in range(20_000):
        text = "".join(dice.choices(pieces, k=dice.randrange(6)))
        newest = dice.choice([NEWEST, date.min, date.max, date(2024, 2, 29)])
        try:
            span = when(text, newest=newest, period=dice.choice(["day", "week", "month"]))
        except BadRequest:
            continue
        spans += 1
        assert span.first <= span.last
        assert span.form in ("day", "week", "month", "range")
    assert spans > 500
