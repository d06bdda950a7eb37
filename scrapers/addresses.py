"""Which network addresses may be connected to: public ones, and those a source allows by name."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address

#: NAT64 (RFC 6052): an IPv4 address rides in the last 32 bits, so a private one can hide there.
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

#: All IPv6 addresses ever given out (IANA). Python calls more than these global: site-local (fec0::/10),
#: IPv4-compatible (::/96) and IPv4-translated (::ffff:0:0:0/96) ones, behind which a private host may stand.
_GIVEN_OUT = ipaddress.ip_network("2000::/3")


def _plain(address: _Address) -> _Address:
    """The address that packets finally go to: IPv4 unwrapped from mapped, 6to4, Teredo and NAT64 forms."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def allowed(address: str, allow: Collection[str] = ()) -> bool:
    """Whether ``address`` (an IP address as text) may be connected to.

    Public unicast addresses may; loopback, private, link-local, reserved and multicast ones only
    when ``allow`` names them or a network that holds them (``127.0.0.1``, ``10.0.0.0/8``).
    Text that is no address is refused.
    """
    try:
        found = _plain(ipaddress.ip_address(address.partition("%")[0]))
    except ValueError:
        return False
    if any(found in ipaddress.ip_network(entry, strict=False) for entry in allow):
        return True
    if isinstance(found, ipaddress.IPv6Address) and found not in _GIVEN_OUT:
        return False
    return found.is_global and not found.is_multicast
