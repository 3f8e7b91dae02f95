"""`papers doctor`: whether everything that papers needs is as it should be, and what to do where it is not."""

from __future__ import annotations

import os

from papercli.doctor import PROBLEM, WARNING, Finding
from papercli.errors import PRECEDENCE, PapercliError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from papercli.app import App
    from papercli.commands import options
    from papercli.request import Reply, Request

KINDS = {2: "usage", 6: "unreachable", 7: "library"}


def doctor(app: App, report: options.Report) -> None:
    """Look whether all is well, and say what to do where it is not.

    Examples:
      papers doctor
      papers doctor --fix
      papers doctor --offline --json

    --fix builds the word index of the library anew and moves a damaged cache aside; your marks are never changed.
    Exit code 0 when there is no problem, else 2 for settings, 6 for the server, 7 for the library, the first of them.
    """
    app.console.json = report.as_json
    findings: list[Finding] = []
    checks: tuple[Callable[[App, bool], list[Finding]], ...] = (
        _program, _settings, _folders, _library, _cache, _server, _terminal,
    )  # fmt: skip
    for check in checks:
        findings += check(app, report.fix)
    app.console.show(_json(findings) if report.as_json else _text(findings))
    problems = [finding for finding in findings if finding.state == PROBLEM]
    if problems:
        failure = PapercliError(f"{len(problems)} problem{'s' if len(problems) > 1 else ''} found")
        failure.exit_code = min((finding.code for finding in problems), key=PRECEDENCE.index)
        failure.kind = KINDS[failure.exit_code]
        raise failure


def _text(findings: list[Finding]) -> str:
    from papercli.text import line

    wide = max(len(finding.subject) for finding in findings)
    return "".join(f"{each.state:7}  {each.subject:{wide}}  {line(each.words, 2_000)}\n" for each in findings)


def _json(findings: list[Finding]) -> str:
    import json

    rows = [{"subject": each.subject, "state": each.state, "message": each.words} for each in findings]
    return json.dumps(rows, ensure_ascii=False, indent=1) + "\n"


def _problem(subject: str, error: PapercliError, code: int) -> Finding:
    return Finding(subject, f"{error}: {error.hint}" if error.hint else str(error), PROBLEM, code)


def _program(app: App, fix: bool) -> list[Finding]:
    from papercli.doctor import on_path, versions
    from papercli.library.health import VERSION

    return [on_path(app.environ), *versions(VERSION)]


def _settings(app: App, fix: bool) -> list[Finding]:
    """The file and the environment; where the file is wrong, the other checks go on without it."""
    from papercli.config import SETTINGS
    from papercli.endpoints import hugging_face

    found = [_unknown_variables(app)]
    try:
        app.config.value(SETTINGS[0].name)
    except PapercliError as error:
        if str(error).startswith(app.config.path):
            app.config.forget_file()
            found.append(_problem("settings", error, 2))
    for setting in SETTINGS:
        try:
            app.config.value(setting.name)
        except PapercliError as error:
            found.append(_problem("settings", error, 2))
    try:
        hugging_face(app.environ)
    except PapercliError as error:
        found.append(_problem("settings", error, 2))
    told = [finding for finding in found if finding is not None]
    there = app.config.path if os.path.exists(app.config.path) else f"no {app.config.path}, so all are as they come"
    return told or [Finding("settings", there)]


def _unknown_variables(app: App) -> Finding | None:
    """Variables that look as if they set something, and set nothing."""
    from papercli.config import SETTINGS

    sections = {variable.rpartition("_")[0] + "_" for setting in SETTINGS if "." in setting.name
                for variable in setting.variables[:1]}  # fmt: skip
    known = {variable for setting in SETTINGS for variable in setting.variables}
    odd = sorted(name for name in app.environ if name.startswith(tuple(sections)) and name not in known)
    words = f"{', '.join(odd)}: there is no such setting; papers config show lists them"
    return Finding("settings", words, WARNING) if odd else None


def _folders(app: App, fix: bool) -> list[Finding]:
    from papercli.doctor import folder

    return [folder(kind, app.folder(kind)) for kind in ("config", "data", "cache", "state")]


def _library(app: App, fix: bool) -> list[Finding]:
    from papercli.library.health import examine, rebuild

    path = os.path.join(app.folder("data"), "library.db")
    health = examine(path)
    if health is None:
        return [Finding("library", "none yet: papers today begins one")]
    aside = f"restore {path} from a backup, or move it away and papers begins a new one without your marks"
    if health.trouble:
        return [Finding("library", f"it cannot be used ({health.trouble}): {aside}", PROBLEM, 7)]
    found = []
    if (health.indexes or health.spoilt) and fix and not (failed := rebuild(path)):
        let_go = f"{health.spoilt:,} damaged rows are let go of, and " * bool(health.spoilt)
        found.append(Finding("library", f"{let_go}the word index was wrong and is built anew"))
    elif health.spoilt:
        words = f"{health.spoilt:,} papers or places in listings are damaged, and left out of what is shown"
        cannot = f" (they could not be: {failed})" if fix else ""
        let_go = "papers doctor --fix lets go of them, and they are asked for again"
        found.append(Finding("library", f"{words}: {let_go}{cannot}", PROBLEM, 7))
    elif health.indexes:
        cannot = f" (it could not be: {failed})" if fix else ""
        words = f"the word index does not fit the papers: papers doctor --fix builds it anew{cannot}"
        found.append(Finding("library", words, PROBLEM, 7))
    if health.damage and fix and found and found[0].state != PROBLEM:
        health = examine(path) or health
    if health.damage:
        return [*found, Finding("library", f"it is damaged ({health.damage}): {aside}", PROBLEM, 7)]
    if health.altered:
        more = f" and {health.altered_count - len(health.altered)} more" * (health.altered_count > len(health.altered))
        words = f"marks that were not written by papers, and do not count: {', '.join(health.altered)}{more}"
        advice = "restore the library from a backup, or mark these papers again"
        found.append(Finding("library", f"{words}: {advice}", PROBLEM, 7))
    counts = health.counts
    marked = counts["mark"] + counts["tag"] + counts["note"]
    return found or [
        Finding("library", f"{counts['paper']:,} papers, {counts['listing']:,} listings, {marked:,} marks")
    ]


def _cache(app: App, fix: bool) -> list[Finding]:
    from papercli.cache_health import examine, start_anew

    folder = app.folder("cache")
    health = examine(folder)
    if not health.damage:
        return [Finding("answers", f"{health.answers:,} kept, {health.bytes / 1e6:.1f} MB")]
    if fix and start_anew(folder):
        return [Finding("answers", "the cache was damaged and is moved aside; the next run begins a new one")]
    words = (
        f"the cache cannot be read ({health.damage}): papers doctor --fix moves it aside, papers cache clear deletes it"
    )
    return [Finding("answers", words, WARNING)]


def _server(app: App, fix: bool) -> list[Finding]:
    """Whether the source can be asked, as who, and how far its clock is from ours."""
    from papercli.doctor import clock
    from papercli.endpoints import hugging_face
    from papercli.pace import lane
    from papercli.request import Request
    from papercli.value import changed

    try:
        endpoint, token = hugging_face(app.environ)
    except PapercliError:
        return []  # told among the settings
    found = [_token(app, token)]
    if app.offline:
        return [Finding("server", f"{endpoint} is not asked, because of --offline or network.offline"), *found]
    request = Request(f"{endpoint}/api/daily_papers?limit=1", 0, token=token)
    try:
        reply = _asked(app, request)
        if reply.status == 401 and token:
            words = "the server refuses the token, so papers asks without it: make a new one, or unset HF_TOKEN"
            found = [Finding("token", words, WARNING)]
            reply = _asked(app, changed(request, token=""))
        return [_answered(app, endpoint, lane(request.url).partition("/")[0], reply), *found,
                clock(reply.headers.get("date", ""), app.now())]  # fmt: skip
    except PapercliError as error:
        if not error.hint:
            error.hint = "check the network, and HF_ENDPOINT and HTTPS_PROXY if they are set"
        return [_problem("server", error, 6), *found]


def _asked(app: App, request: Request) -> Reply:
    """The reply to one request that goes past the cache, at the pace of all others."""
    from papercli.pace import Pace, lane

    if app.given.demo:
        from papercli.sample import send
    else:
        from papercli.network import send
    pace, where = Pace(app.folder("state")), lane(request.url, request.token)
    pace.turn(where, patience=5.0)
    try:
        reply = send(request, seconds=10.0)
    finally:
        pace.done(where)
    pace.heard(where, reply.status, reply.headers)
    return reply


def _answered(app: App, endpoint: str, host: str, reply: Reply) -> Finding:
    from papercli.status import said

    if reply.status != 200:
        advice = "check HF_ENDPOINT" if reply.status in (403, 404) else "try again later"
        return Finding("server", f"{said(host, reply.status)}: {advice}", PROBLEM, 6)
    try:
        app.source.read(reply.body)
    except PapercliError as error:
        words = f"{endpoint} {error}: check HF_ENDPOINT, and whether this network wants a login first"
        return Finding("server", words, PROBLEM, 6)
    return Finding("server", f"{endpoint} answers")


def _token(app: App, token: str) -> Finding:
    """Whether there is a token; its value is never told."""
    if token:
        where = "HF_TOKEN" if app.environ.get("HF_TOKEN", "").strip() else "the token file"
        return Finding("token", f"one is in {where}")
    if app.environ.get("HF_TOKEN", "").strip():
        words = "HF_TOKEN holds characters that no token has, so it is not sent: set it again, or unset it"
        return Finding("token", words, WARNING)
    return Finding("token", "none, and none is needed")


def _terminal(app: App, fix: bool) -> list[Finding]:
    from papercli.doctor import terminal

    try:
        return terminal(app.console, app.environ, app.setting("output.pager"))
    except PapercliError:
        return []  # told among the settings
