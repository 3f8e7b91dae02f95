"""A few things at once, in threads that do not keep the program alive when the person has had enough."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from threading import Thread
    from typing import TypeVar

    A = TypeVar("A")
    T = TypeVar("T")


def at_once(ask: Callable[[A], T], asked: Sequence[A], *, most: int) -> list[T]:
    """What `ask` says to each, in order; at most `most` at a time. Raises what `ask` raises first, in that order.

    The threads are daemons and the wait for them can be interrupted: an executor would wait for every one of them
    when Ctrl-C ends the program.
    """
    if len(asked) <= 1:
        return [ask(each) for each in asked]
    import threading

    outcomes: dict[int, T] = {}
    errors: dict[int, BaseException] = {}
    left, lock = iter(enumerate(asked)), threading.Lock()

    def work() -> None:
        while True:
            with lock:
                place, each = next(left, (-1, None))
            if place < 0:
                return
            try:
                outcomes[place] = ask(each)  # type: ignore[arg-type]
            except BaseException as error:
                errors[place] = error

    workers = [threading.Thread(target=work, daemon=True) for _ in range(min(most, len(asked)))]
    started = [worker for worker in workers if _started(worker)]
    if not started:
        work()
    for worker in started:
        worker.join()
    for place in sorted(errors):
        raise errors[place]
    return [outcomes[place] for place in range(len(asked))]


def _started(worker: Thread) -> bool:
    """Whether the thread runs; where a system gives no more of them the work is done without it."""
    try:
        worker.start()
    except RuntimeError:
        return False
    return True


def begun(work: Callable[[], T]) -> Callable[..., T]:
    """Start `work`; what comes back waits for its end, which Ctrl-C may interrupt, and gives or raises what it did.
    It may be given seconds, after which it waits no longer and raises TimeoutError."""
    import threading

    outcome: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            outcome.append(work())
        except BaseException as error:
            errors.append(error)

    worker = threading.Thread(target=run, daemon=True)
    started = _started(worker)
    if not started:
        run()

    def ended(seconds: float | None = None) -> T:
        if started:
            worker.join(seconds)
        if worker.is_alive():
            raise TimeoutError
        if errors:
            raise errors[0]
        return outcome[0]

    return ended
