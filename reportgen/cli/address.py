"""Where a site is served, and by which names it may be asked for: a page of another site must not
read it by pointing a name of its own here.
"""

import errno
import ipaddress
import re
import socket
from dataclasses import dataclass

from reportgen.errors import UsageError

HOST = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<name>[A-Za-z0-9_.-]+))(?::[0-9]{1,5})?")


@dataclass(frozen=True)
class Address:
    """Where to listen."""

    host: str  # as the command line has it
    ip: str  # what that is
    port: int

    @property
    def url(self) -> str:
        """What a browser on this machine is told to open."""
        here = "[::1]" if ":" in self.host else "127.0.0.1"
        host = here if self._everywhere else f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}/"

    @property
    def beyond(self) -> bool:
        """Do other machines get in."""
        return not ipaddress.ip_address(self.ip).is_loopback

    @property
    def _everywhere(self) -> bool:
        return ipaddress.ip_address(self.ip).is_unspecified

    def allows(self, host: str) -> bool:
        """May the site be asked for under this Host header: a name of this machine, or a number,
        which no name server hands out.

        A number is only right where it is this machine's: what loops back, what was asked for, or
        any if all of them lead here.
        """
        if not (match := HOST.fullmatch(host)):
            return False
        name = (match["six"] or match["name"]).lower().removesuffix(".")
        if name in ("localhost", self.host.lower()):
            return True
        try:
            number = ipaddress.ip_address(name)
        except ValueError:
            return self._everywhere and name == socket.gethostname().lower()
        return number.is_loopback or self._everywhere or name == self.ip


def address(host: str, port: int) -> Address:
    """Where a site is served; UsageError where it cannot be."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise UsageError(
            f"--host {host or repr(host)}: no address has this name; 127.0.0.1 is seen by this"
            " machine alone, 0.0.0.0 by every network it is on"
        ) from error
    family, _, _, _, place = min(found, key=lambda each: each[0] != socket.AF_INET)
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(place)
        except OSError as error:
            raise refused(host, port, error) from error
    return Address(host, str(place[0]), port)


def refused(host: str, port: int, error: OSError) -> UsageError:
    """Words for an address that the system does not give."""
    if error.errno == errno.EADDRINUSE:
        return UsageError(
            f"port {port} of {host} is taken, perhaps by another `reportgen serve`; end that, "
            f"or take another: `reportgen serve --port {port % 65_535 + 1}`"
        )
    return UsageError(
        f"cannot serve at port {port} of {host}: {error.strerror}; "
        "take another with --port and --host"
    )
