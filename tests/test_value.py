"""`@value` makes what a frozen, slotted dataclass is; where the two could differ, they are compared."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from typing import Any

import pytest

from papercli.paper import FIELDS, Entry, Paper
from papercli.value import changed, value


@value
class Point:
    """A place."""

    x: int
    y: int = 0
    name: str = ""
    """What it is called."""

    @property
    def far(self) -> bool:
        return self.x > 100


@dataclasses.dataclass(frozen=True, slots=True)
class Twin:
    """A place."""

    x: int
    y: int = 0
    name: str = ""

    @property
    def far(self) -> bool:
        return self.x > 100


MADE: list[tuple[tuple[Any, ...], dict[str, Any]]] = [
    ((1,), {}),
    ((1, 2), {}),
    ((1, 2, "a"), {}),
    ((), {"x": 1}),
    ((1,), {"name": "a"}),
    ((), {"name": "a", "x": 200, "y": 3}),
]
REFUSED: list[tuple[tuple[Any, ...], dict[str, Any]]] = [
    ((), {}),
    ((1, 2, "a", 4), {}),
    ((), {"y": 1}),
    ((1,), {"z": 1}),
    ((1,), {"x": 1}),
]


@pytest.mark.parametrize(("given", "named"), MADE)
def test_it_is_made_and_told_like_a_dataclass(given: Any, named: Any) -> None:
    point, twin = Point(*given, **named), Twin(*given, **named)
    assert (point.x, point.y, point.name, point.far) == (twin.x, twin.y, twin.name, twin.far)
    assert repr(point) == repr(twin).replace("Twin", "Point")
    assert hash(point) == hash((point.x, point.y, point.name))
    assert point == Point(point.x, point.y, point.name)


@pytest.mark.parametrize(("given", "named"), REFUSED)
def test_it_refuses_what_a_dataclass_refuses(given: Any, named: Any) -> None:
    for kind in (Twin, Point):
        with pytest.raises(TypeError):
            kind(*given, **named)


def test_two_values_are_equal_when_all_of_them_is() -> None:
    assert Point(1, 2) != Point(1, 3)
    assert Point(1) != Twin(1)  # type: ignore[comparison-overlap]
    assert Point(1) != 1
    assert len({Point(1), Point(1, 0), Point(2)}) == 2


def test_it_cannot_be_changed_and_holds_nothing_else() -> None:
    point = Point(1)
    for name in ("x", "other"):
        with pytest.raises(AttributeError):
            setattr(point, name, 5)
    with pytest.raises(TypeError):
        vars(point)
    assert point == Point(1)


def test_a_changed_copy_is_another_value() -> None:
    point = Point(1, 2, "a")
    assert changed(point, y=5) == Point(1, 5, "a")
    assert changed(point) == point
    assert point.y == 2


def test_a_value_is_copied_sent_and_matched_like_a_dataclass() -> None:
    point = Point(1, 2, "a")
    for copied in (copy.copy(point), copy.deepcopy(point), pickle.loads(pickle.dumps(point))):
        assert copied == point
    match point:
        case Point(x, y, name="a"):
            assert (x, y) == (1, 2)
        case _:
            raise AssertionError("it has no match arguments")


def test_its_docstring_and_defaults_stay() -> None:
    assert Point.__doc__ == Twin.__doc__
    assert Point.__match_args__ == Twin.__match_args__
    assert Paper(id="x", title="y") == Paper(
        "x",
        "y",
        (),
        "",
        None,
        None,
        "",
        "",
        "",
        (),
        "",
        "",
        (),
        "",
        (),
        "",
        "",
        "",
        None,
        "",
        "",
        None,
        None,
        None,
        "",
        "",
    )


def test_the_public_fields_are_those_of_an_entry_but_what_only_a_card_or_page_shows() -> None:
    besides = ("linked", "profiles", "history", "announce", "why", "matched", "provenance")
    assert (*FIELDS, *besides) == Entry.__match_args__
