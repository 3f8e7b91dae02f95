"""The plan of the house, kept by machine: which way imports go, who talks to which neighbour, how big a thing is.

A new module fails here until it has a place on the plan; docs/architecture.md tells the plan in words.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest

import papercli

ROOT = Path(__file__).parent.parent
SOURCE = Path(papercli.__file__).parent
FILES = sorted(SOURCE.rglob("*.py"))
LONGEST_FILE, LONGEST_FUNCTION = 260, 60

# From the door down. A room is a module, or a package as a whole.
FLOORS = (
    ("__main__", "main", "tabulate", "cli", "argv", "completion", "manual"),
    ("commands",),
    ("app",),
    ("outside",),
    ("periods", "sync", "heap", "filling", "feed", "ask", "nearest", "outcomes", "provenance", "library", "render",
     "console", "caption", "reasons", "selection", "last_list", "following", "calendar",
     "home", "fetch", "tries", "replies", "verbose", "crash", "download", "sample", "sample_pdf", "config", "doctor",
     "schema", "scripts", "importing", "snapshot", "vault", "texts"),
    ("sources", "network", "cache", "cache_health", "pace", "turn", "limits", "link", "status",
     "endpoints", "bookmark", "unpacking", "letter", "partial"),
    ("filters", "manuscript"),
    ("grammar",),
    ("facts", "request", "paper"),
    ("query", "dates", "identify", "menu", "links", "filename"),
    ("mathematics",),
    ("text", "table", "topics", "expression", "numbers", "accents", "front_matter"),
    ("system",),
    ("value", "errors", "threads", "__init__"),
)  # fmt: skip

# Between rooms of one floor there is a door only where it stands here.
SIDEWAYS = {
    ("__main__", "main"),
    ("main", "argv"),
    ("main", "cli"),
    ("main", "completion"),
    ("completion", "argv"),
    ("tabulate", "cli"),
    ("cli", "argv"),
    ("feed", "library"),  # what a listing is, as a value
    ("feed", "ask"),
    ("feed", "outcomes"),
    ("texts", "ask"),
    ("periods", "library"),
    ("periods", "heap"),
    ("periods", "filling"),
    ("sync", "periods"),
    ("importing", "library"),
    ("importing", "snapshot"),
    ("sync", "heap"),
    ("sync", "filling"),
    ("heap", "ask"),
    ("filling", "ask"),
    ("filling", "library"),
    ("fetch", "replies"),
    ("fetch", "tries"),
    ("reasons", "library"),
    ("following", "config"),
    ("home", "sample"),
    ("sample", "library"),
    ("download", "sample_pdf"),
    ("sample_pdf", "sample"),
    ("config", "render"),  # the names of the formats
    ("cache_health", "cache"),
    ("status", "pace"),
    ("pace", "limits"),
    ("sources", "endpoints"),
}

# Everything from outside the standard library, and the sqlite3 and smtplib of it, has one door.
DOORS = {
    "httpx": {"network"},
    "diskcache": {"cache"},
    "sqlite3": {"library", "cache", "cache_health"},  # the cache for the errors that diskcache lets through
    "rich": {"render"},
    "markdown_it": {"manuscript"},
    "typer": {
        "cli",
        "tabulate",
        "commands.options",
        "commands.options.output",
        "commands.options.outward",
        "commands.options.parsers",
    },
    "platformdirs": {"system"},
    "tomli_w": {"config"},
    "jq": {"render.jq"},
    "smtplib": {"network"},
}
OPTIONAL = {"jq"}


class Import:
    """One import of one module: where it stands, what it names, and whether it runs with the module."""

    def __init__(self, file: Path, node: ast.AST, name: str, when: str) -> None:
        self.importer = module_of(file)
        self.name = name
        self.when = when  # "module", "function" or "typing"
        self.place = f"{file.relative_to(SOURCE.parent)}:{node.lineno}"  # type: ignore[attr-defined]

    @property
    def target(self) -> str:
        """The room, for a module of ours; else ""."""
        return room(self.name.removeprefix("papercli").removeprefix(".") or "__init__") if self.ours else ""

    @property
    def ours(self) -> bool:
        return self.name == "papercli" or self.name.startswith("papercli.")


def module_of(file: Path) -> str:
    parts = file.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


def room(module: str) -> str:
    return module.split(".")[0]


def imports(file: Path) -> list[Import]:
    found: list[Import] = []

    def look(node: ast.AST, when: str) -> None:
        for name in names(node):
            found.append(Import(file, node, name, when))
        for child in ast.iter_child_nodes(node):
            inside = when
            if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING" and child in node.body:
                inside = "typing"
            elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) and when == "module":
                inside = "function"
            look(child, inside)

    look(ast.parse(file.read_text("utf-8")), "module")
    return found


def names(node: ast.AST) -> Iterator[str]:
    """The full names of the modules that an import statement names."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        assert node.level == 0, "imports name the package"
        for alias in node.names:
            inner = SOURCE.joinpath(*(node.module or "").split(".")[1:], f"{alias.name}.py")
            is_module = (node.module or "").startswith("papercli") and inner.exists()
            yield f"{node.module}.{alias.name}" if is_module else node.module or ""


IMPORTS = [each for file in FILES for each in imports(file)]
OURS = [each for each in IMPORTS if each.ours]


def floor(module: str) -> int:
    return next(number for number, rooms in enumerate(FLOORS) if room(module) in rooms)


def test_the_reader_of_imports_sees_them_all() -> None:
    assert len(OURS) > 100
    assert {each.when for each in OURS} == {"module", "function", "typing"}
    assert ("outside", "papercli.feed", "function") in {(each.importer, each.name, each.when) for each in OURS}


def test_every_module_has_a_place_on_the_plan_and_every_place_a_module() -> None:
    rooms = {room(module_of(file)) for file in FILES}
    planned = [name for floor in FLOORS for name in floor]
    assert len(planned) == len(set(planned))
    assert rooms == set(planned)


def test_imports_go_down_and_never_up() -> None:
    wrong = []
    for each in OURS:
        if each.when == "typing" or room(each.importer) == each.target:
            continue
        below = floor(each.target) > floor(each.importer)
        if not below and (room(each.importer), each.target) not in SIDEWAYS:
            wrong.append(f"{each.place}: {each.importer} imports {each.name}")
    assert not wrong


def test_every_sideways_door_is_used() -> None:
    used = {(room(each.importer), each.target) for each in OURS if each.when != "typing"}
    assert used >= SIDEWAYS


def test_no_modules_import_each_other_in_a_circle() -> None:
    modules = {module_of(file) for file in FILES}
    arrows: dict[str, set[str]] = {module: set() for module in modules}
    for each in OURS:
        if each.when == "module":
            name = each.name.removeprefix("papercli").removeprefix(".") or "__init__"
            while name not in modules:
                name = name.rpartition(".")[0]
            arrows[each.importer].add(name)
    while leaves := {module for module, targets in arrows.items() if not targets}:
        arrows = {module: targets - leaves for module, targets in arrows.items() if module not in leaves}
    assert not arrows


def test_each_neighbour_has_one_door() -> None:
    wrong = []
    for each in IMPORTS:
        doors = DOORS.get(each.name.split(".")[0])
        inside = {each.importer, room(each.importer)}
        if doors is not None and not inside & doors and not (each.when == "typing" and each.name == "sqlite3"):
            wrong.append(f"{each.place} imports {each.name}")
    assert not wrong


def test_nothing_is_imported_but_the_standard_library_and_the_neighbours() -> None:
    packages = {each.name.split(".")[0] for each in IMPORTS if not each.ours}
    assert packages - set(sys.stdlib_module_names) <= set(DOORS)


def test_what_is_imported_is_declared_and_nothing_more() -> None:
    modules = {"markdown_it_py": "markdown_it"}  # packages that are called otherwise
    names = [re.split(r"[<>=]", line)[0].replace("-", "_") for line in project()["dependencies"]]
    declared = {modules.get(name, name) for name in names}
    assert declared == set(DOORS) - {"sqlite3", "smtplib"} - OPTIONAL
    extras: dict[str, list[str]] = project()["optional-dependencies"]  # type: ignore[assignment]
    assert set(extras) - {"test", "dev"} == OPTIONAL


@pytest.mark.parametrize("file", FILES, ids=module_of)
def test_no_file_and_no_function_is_long(file: Path) -> None:
    text = file.read_text("utf-8")
    if module_of(file) != "table":  # generated
        assert len(text.splitlines()) <= LONGEST_FILE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            assert length <= LONGEST_FUNCTION, f"{node.name} has {length} lines"


@pytest.mark.parametrize("file", FILES, ids=module_of)
def test_every_module_says_what_it_is_for(file: Path) -> None:
    said = ast.get_docstring(ast.parse(file.read_text("utf-8")))
    assert said
    assert len(said) > 20


def project() -> dict[str, list[str]]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]  # type: ignore[no-any-return]


RUN_ONE_COMMAND = """
import sys, typer
program = typer.Typer(add_completion=False, rich_markup_mode=None)
@program.command()
def one(name: str = "x") -> None: ...
program([], standalone_mode=False)
print("pydantic" in sys.modules)
"""


def test_typer_is_pinned_until_running_a_command_imports_no_pydantic() -> None:
    """Typer 0.29 imports pydantic for every command that is run, which doubles the start-up.

    To see whether the pin may go: widen it in pyproject.toml, install the newest Typer, run this test and
    test_start_up.py. Both pass when it may.
    """
    (pin,) = [line for line in project()["dependencies"] if line.startswith("typer")]
    installed = tuple(map(int, version("typer").split(".")[:2]))
    out = subprocess.run([sys.executable, "-c", RUN_ONE_COMMAND], capture_output=True, text=True, timeout=60)
    assert out.stdout == "False\n", f"Typer {version('typer')} imports pydantic: {out.stderr}"
    assert installed < (0, 29) if pin == "typer>=0.26,<0.29" else installed >= (0, 29), (
        f"{pin}: install the newest Typer it allows, and run this again"
    )
