"""Where mails go: what the settings under [mail] say, checked before anything is asked, and the password at the end."""

from __future__ import annotations

from papercli.errors import BadRequest
from papercli.text import line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from email.headerregistry import Address

    from papercli.app import App
    from papercli.letter import Letter
    from papercli.network.smtp import Server

    Box = Callable[[Letter], dict[str, str]]
    """Takes a mail; returns the addresses that it was refused for, with the server's words."""

PASSWORD = "PAPERCLI_MAIL_PASSWORD"  # noqa: S105 - its name, no password
SECONDS = 60.0
"""For a command to print the password: it may ask for a finger or a key."""

LONGEST = 1_000  # characters of a password


def postbox(app: App, way: str) -> Box:
    """Where a mail is dropped: standard output ("mail"), or the server ("send"). Raises BadRequest, which names the
    setting, when one is missing or makes no sense."""
    to = _addresses(app, "mail.to")
    if not to:
        example = "papers config set mail.to you@example.org"
        raise BadRequest("nobody gets the mail: mail.to is not set", hint=example)
    sender = (_addresses(app, "mail.from") or to)[0]
    if way == "mail":
        return lambda letter: _print(app, letter, sender, to)
    server = _server(app)
    return lambda letter: _send(app, server, letter, sender, to)


def _addresses(app: App, name: str) -> tuple[Address, ...]:
    from papercli.letter import addresses

    given = app.setting(name)
    try:
        return addresses(given) if given else ()
    except ValueError as error:
        hint = f"for example: papers config set {name} you@example.org"
        raise BadRequest(f"{name} holds what is no address: {line(str(error), 100)}", hint=hint) from None


def _print(app: App, letter: Letter, sender: Address, to: tuple[Address, ...]) -> dict[str, str]:
    from papercli.letter import as_bytes, written

    app.console.show(as_bytes(written(letter, sender, to), "\n").decode("ascii"))
    return {}


def _send(app: App, server: Server, letter: Letter, sender: Address, to: tuple[Address, ...]) -> dict[str, str]:
    from papercli.letter import as_bytes, written
    from papercli.network.smtp import hand_in
    from papercli.value import changed

    if server.user:
        server = changed(server, password=_password(app))
    everyone = [address.addr_spec for address in to]
    mail = as_bytes(written(letter, sender, to), "\r\n")
    refused = hand_in(server, mail, sender.addr_spec, everyone, app.environ)
    taken = [address for address in everyone if address not in refused]
    app.console.note("sent", f"sent to {', '.join(taken)}: {letter.subject}")
    return refused


def _server(app: App) -> Server:
    import re

    from papercli.network.smtp import PORTS, Server

    host, security, user = app.setting("mail.host"), app.setting("mail.security"), app.setting("mail.user") or ""
    if not host:
        raise BadRequest("there is no server to send with: mail.host is not set",
                         hint="papers config set mail.host smtp.example.org")  # fmt: skip
    if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|[0-9a-fA-F:.]{2,45}", host):
        raise BadRequest(f"mail.host is not the name of a server: {line(host, 100)}",
                         hint="its port stands in mail.port")  # fmt: skip
    has_password = bool(app.environ.get(PASSWORD) or app.setting("mail.password_command"))
    if bool(user) != has_password:
        lacking = f"mail.password_command nor {PASSWORD}" if user else "mail.user"
        said = f"there is a mail.user, but neither {lacking}" if user else f"there is a password, but no {lacking}"
        raise BadRequest(said, hint="they go together")
    if not user.isascii() or not user.isprintable():
        raise BadRequest("mail.user holds letters that SMTP cannot carry")
    port = app.setting("mail.port") or PORTS[security]
    if port > 65_535:
        raise BadRequest(f"mail.port is no port: {port}", hint="0 is the usual one")
    return Server(host, port, security, user)


def _password(app: App) -> str:
    """The password, from the environment or the reader's own command. It is never said what it was."""
    given = app.environ.get(PASSWORD) or _printed(app.setting("mail.password_command"))
    if not given.isascii() or not given.isprintable() or len(given) > LONGEST:
        raise BadRequest("the mail password holds what SMTP cannot carry", hint="ASCII letters and signs, on one line")
    return given


def _printed(command: str) -> str:
    """The first line that a command prints, run as words without a shell."""
    import shlex
    import subprocess

    hint = "run it by hand to see why"
    try:
        words = shlex.split(command)
    except ValueError:
        raise BadRequest("mail.password_command cannot be split into words: a quote is not closed") from None
    if not words:
        raise BadRequest("mail.password_command is empty", hint=f"or set {PASSWORD}")
    try:
        done = subprocess.run(  # noqa: S603 - the reader's own command, argv only, no shell
            words, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise BadRequest(f"mail.password_command took longer than {SECONDS:.0f} s", hint=hint) from None
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or "it is no command").lower()
        raise BadRequest(f"mail.password_command cannot be run: {reason}", hint=hint) from None
    printed = done.stdout[: 4 * LONGEST].decode("utf-8", "replace").split("\n", 1)[0].rstrip("\r")
    if done.returncode or not printed:
        said = f"ended with {done.returncode}" if done.returncode else "printed nothing"
        raise BadRequest(f"mail.password_command {said}", hint=hint)
    return printed
