"""Turn what apt, uv, npm or PostgreSQL print when they fail into one line that says what to do."""

from __future__ import annotations

import re

from .say import Stop

# In this order: a full disk makes downloads fail too, and a proxy that refuses looks
# like a refused connection.
_CAUSES = (
    (
        r"no space left on device|not enough free space|disk quota exceeded",
        "the disk is full",
        "Free some space, then run the same command again.",
    ),
    (
        r"could not get lock|unable to acquire the dpkg frontend lock",
        "another package manager is at work",
        "Wait until it has finished, then run the same command again.",
    ),
    (
        r"proxy",
        "the proxy could not be reached",
        "Check http_proxy and https_proxy, then run the same command again.",
    ),
    (
        r"invalid peer certificate|unknownissuer|certificate.verify.failed|self.signed.certificate"
        r"|unable to get local issuer certificate|certificate verification failed",
        "the server's certificate is not trusted here",
        "Let the machine trust it (a company's own certificate belongs in /usr/local/share/"
        "ca-certificates), then run the same command again.",
    ),
    (
        r"could not resolve|temporary failure (in name )?resolv|name or service not known"
        r"|dns error|failed to lookup address|getaddrinfo|EAI_AGAIN|ENOTFOUND"
        r"|connection refused|connection timed out|connection reset|network is unreachable"
        r"|could ?n[o']t connect|cannot initiate the connection|error sending request"
        r"|client error \(connect\)|tcp connect error|ECONNREFUSED|ETIMEDOUT"
        r"|newconnectionerror|operation timed out|failed to fetch",
        "the network could not be reached",
        "Check the connection (behind a firewall: the proxy or mirror), "
        "then run the same command again.",
    ),
    (
        r"unable to locate package|no packages found|no matching distribution|not found in the"
        r" package registry|no solution found",
        "the package is not there",
        "Check that the mirror in use is complete and up to date.",
    ),
    (
        r"not signed|NO_PUBKEY|signatures? (were|was|couldn't)|public key is not available",
        "the archive's signature could not be checked",
        "Install a current `debian-archive-keyring`, then run the same command again.",
    ),
    (
        r"permission denied|operation not permitted|are you root",
        "a permission is missing",
        "Run it as the user who owns this folder, or as root.",
    ),
)


def explain(what: str, output: str) -> Stop:
    """The error to raise when doing `what` failed and printed `output`."""
    for pattern, cause, remedy in _CAUSES:
        if re.search(pattern, output, re.IGNORECASE):
            return Stop(f"{what}: {cause}. {remedy}")
    return Stop(f"{what} failed: {telling_line(output)}")


def telling_line(output: str) -> str:
    """The line of a program's output most likely to say what went wrong."""
    rows = [row.strip() for row in output.splitlines() if row.strip()]
    for row in rows:
        if re.match(
            r"(E:|error\b|fatal\b|npm (ERR!|error)|.*\b(FATAL|ERROR):)", row, re.IGNORECASE
        ):
            return row
    return rows[-1] if rows else "it printed nothing"
