"""`@value`: what a frozen, slotted dataclass is, without the price of importing one.

`import dataclasses` costs more than the rest of a warm `papers today --json` (it brings `inspect`), so the values on
that way are made here: keyword or positional construction, defaults, equality, hash, repr, no assignment afterwards.
Type checkers see an ordinary frozen dataclass.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeVar, dataclass_transform

    T = TypeVar("T")

    @dataclass_transform(frozen_default=True)
    def value(cls: type[T]) -> type[T]: ...

    def changed(old: T, **changes: Any) -> T: ...

else:
    _MISSING = object()

    def value(cls):
        """The class made again with slots for its annotated names, and the methods of a value."""
        names = tuple(cls.__annotations__)
        body = {k: v for k, v in cls.__dict__.items() if k not in names and k not in ("__dict__", "__weakref__")}
        defaults = tuple(cls.__dict__.get(name, _MISSING) for name in names)

        def __init__(self, *given, **named):
            put = object.__setattr__
            if len(given) == len(names) and not named:  # as the many are made: all of them, in order
                for name, item in zip(names, given, strict=True):
                    put(self, name, item)
                return
            if len(given) > len(names):
                raise TypeError(f"{cls.__name__} takes {len(names)} values, not {len(given)}")
            for name, item in zip(names, given):  # noqa: B905 - shorter on purpose: the rest is named or defaulted
                put(self, name, item)
            for name, default in zip(names[len(given) :], defaults[len(given) :], strict=True):
                item = named.pop(name, default)
                if item is _MISSING:
                    raise TypeError(f"{cls.__name__} needs {name}")
                put(self, name, item)
            if named:
                raise TypeError(f"{cls.__name__} has no {next(iter(named))}")

        def __setattr__(self, name, item):
            raise AttributeError(f"{cls.__name__} is a value: {name} cannot be changed")

        def __eq__(self, other):
            if other.__class__ is not self.__class__:
                return NotImplemented
            return all(getattr(self, name) == getattr(other, name) for name in names)

        def __hash__(self):
            return hash(tuple(getattr(self, name) for name in names))

        def __repr__(self):
            return f"{cls.__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"

        def __getstate__(self):
            return tuple(getattr(self, name) for name in names)

        def __setstate__(self, state):
            self.__init__(*state)

        methods = (__init__, __setattr__, __eq__, __hash__, __repr__, __getstate__, __setstate__)
        body.update({method.__name__: method for method in methods}, __slots__=names, __match_args__=names)
        return type(cls.__name__, cls.__bases__, body)

    def changed(old, **changes):
        """A copy of the value `old` with some of its names changed."""
        return type(old)(**{name: changes.get(name, getattr(old, name)) for name in old.__match_args__})
