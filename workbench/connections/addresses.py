"""Which addresses connections may reach: public ones, and private ones only if the operator allows them.

Checked twice: in the form, for clear words, and by the client for every single address just before it connects,
so that a name that changes its mind between the two gains nothing.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from workbench.claude.errors import AddressRefusedError

type Address = ipaddress.IPv4Address | ipaddress.IPv6Address
type Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# Networks that carry an IPv4 address inside an IPv6 one: the inner address is what is reached (RFC 6052, 3056).
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# Not private by `ipaddress`, but never a public server: carrier-grade NAT (RFC 6598), benchmarks (RFC 2544).
MORE_PRIVATE = [ipaddress.ip_network(text) for text in ("100.64.0.0/10", "198.18.0.0/15", "fec0::/10")]
HTTP_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class AddressRules:
    """The operator's exceptions: networks, and host names whose addresses may be anything."""

    networks: tuple[Network, ...] = ()
    hosts: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def from_setting(cls, entries: Iterable[str]) -> AddressRules:
        """From host names, addresses and networks as `WORKBENCH_PRIVATE_HOSTS` lists them.

        A name stands for the addresses it has now: the check before connecting sees addresses only.
        """
        networks: list[Network] = []
        hosts: set[str] = set()
        for entry in (entry.strip().lower() for entry in entries):
            try:
                networks.append(ipaddress.ip_network(entry, strict=False))
            except ValueError:
                hosts.add(entry)
                networks += [ipaddress.ip_network(address) for address in _resolve(entry)]
        return cls(tuple(networks), frozenset(hosts))

    def check(self, address: str, _port: int) -> None:
        """Refuse one address that is about to be connected to.

        Raises:
            AddressRefusedError: it is private and not allowed.
        """
        if not self.allows(address):
            raise AddressRefusedError(
                _("%(address)s is a private address. The operator can allow it in WORKBENCH_PRIVATE_HOSTS.")
                % {"address": address}
            )

    def allows(self, address: str) -> bool:
        """Whether this address (any spelling that the system resolves to) may be reached."""
        inner = _innermost(ipaddress.ip_address(address.partition("%")[0]))
        if any(inner.version == network.version and inner in network for network in self.networks):
            return True
        return is_public(inner)


def is_public(address: Address) -> bool:
    """Whether an address belongs to a server on the open internet."""
    if any(address.version == network.version and address in network for network in MORE_PRIVATE):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _innermost(address: Address) -> Address:
    """The IPv4 address inside an IPv6 one that only wraps it: mapped, 6to4, NAT64, compatible."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if inner := address.ipv4_mapped or address.sixtofour:
        return inner
    if address in NAT64 or (int(address) >> 32 == 0 and int(address) > 1):
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address


def check_base_url(url: str, rules: AddressRules) -> None:
    """Check a base URL as a person typed it, for clear words beside the field.

    Raises:
        AddressRefusedError: not an http(s) address, carries a password, or leads to a private address.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or HTTP_PORTS.get(parts.scheme, 0)
    except ValueError:
        raise AddressRefusedError(_("This is not an address.")) from None
    host = (parts.hostname or "").rstrip(".")
    if "%" in host:
        # A zone (RFC 6874) or an escaped name: nothing that another spelling could not say.
        raise AddressRefusedError(_("This is not an address."))
    if parts.scheme not in HTTP_PORTS or not host:
        raise AddressRefusedError(_("Give a full address that begins with http:// or https://."))
    if parts.username or parts.password:
        raise AddressRefusedError(_("Leave user name and password out of the address; there is a field for the key."))
    if parts.query or parts.fragment:
        raise AddressRefusedError(_("Leave out what follows ? or #."))
    if host.lower() in rules.hosts:
        return
    # A name that cannot be looked up just now is not refused: the server may come later, and is checked again then.
    for address in _resolve(host):
        rules.check(address, port)


def _resolve(host: str) -> list[str]:
    """Every address of a host, as the system understands it: names, and numbers in any spelling."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in found))


@cache
def operator_rules() -> AddressRules:
    """The rules of this installation."""
    return AddressRules.from_setting(settings.ENVIRONMENT.private_hosts)


def sends_key_in_clear(url: str) -> bool:
    """Whether a key would travel readable: plain http to a host that is not on this machine."""
    parts = urlsplit(url)
    return parts.scheme == "http" and not all(
        ipaddress.ip_address(a).is_loopback for a in _resolve(parts.hostname or "")
    )
