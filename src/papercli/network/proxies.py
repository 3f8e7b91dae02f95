"""Which proxy the environment names for an address, checked before anything uses it."""

from __future__ import annotations

import ipaddress
import re

from papercli.errors import BadRequest
from papercli.value import value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_PROXY = re.compile(
    r"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://)?(?:(?P<login>(?:(?![/?#@])[!-~])*)@)?"
    r"(?P<host>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>[0-9]{1,5}))?/?"
)


@value
class Proxy:
    """An HTTP proxy."""

    variable: str
    """The name of the environment variable that asks for it."""

    url: str
    """`http://` or `https://` URL; may hold a login, so it is never printed."""


def is_loopback(host: str) -> bool:
    """Whether `host` (a name, or an address without brackets) is this machine itself."""
    if host.lower().rstrip(".") == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def proxy_for(host: str, port: int, environ: Mapping[str, str]) -> Proxy | None:
    """The proxy for `https` requests to `host`: HTTPS_PROXY, else ALL_PROXY, unless NO_PROXY names the host.

    Lower-case names go first, as in curl. HTTP_PROXY plays no part: it is for plain `http`, which is spoken to this
    machine only, and there no proxy is used. Raises BadRequest, which names the variable, for a value that is no proxy.
    """
    if is_loopback(host) or _exempt(host, port, environ.get("no_proxy") or environ.get("NO_PROXY") or ""):
        return None
    for variable in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        if said := environ.get(variable, "").strip():
            return Proxy(variable, _checked(variable, said))
    return None


def _checked(variable: str, said: str) -> str:
    found = _PROXY.fullmatch(said)
    if found is None or not 0 < int(found["port"] or 80) < 65536:
        raise BadRequest(f"{variable} is not the address of a proxy", hint="it should look like http://host:3128")
    scheme = (found["scheme"] or "http").lower()
    if scheme not in ("http", "https"):
        raise BadRequest(
            f"{variable} asks for a proxy of a kind that papercli does not speak ({scheme[:10]})",
            hint="HTTPS_PROXY may name one that starts with http:// or https://",
        )
    return f"{scheme}://{said.partition('://')[2] or said}"


def _exempt(host: str, port: int, no_proxy: str) -> bool:
    """Whether a NO_PROXY list names the host: `*`, a name or one it ends in, an address, or a network; with a port.

    An entry of any other shape names nothing.
    """
    host = host.lower().rstrip(".")
    for entry in re.split(r"[\s,]+", no_proxy.lower()):
        name, entry_port = _split(entry)
        if not name or entry_port not in ("", str(port)):
            continue
        name = name.removeprefix("*.").strip(".")
        if name == "*" or host == name or (name and host.endswith("." + name)) or _in_network(host, name):
            return True
    return False


def _split(entry: str) -> tuple[str, str]:
    """Host and port of a NO_PROXY entry, the brackets of an IPv6 address taken off."""
    found = re.fullmatch(r"\[([^\]]*)\](?::([0-9]+))?", entry) or re.fullmatch(r"([^:]*)(?::([0-9]+))?", entry)
    return (found[1], found[2] or "") if found else (entry, "")


def _in_network(host: str, network: str) -> bool:
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(network, strict=False)
    except (ValueError, TypeError):
        return False
