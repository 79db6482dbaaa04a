"""One line that says what went wrong and what to do, out of what other programs print."""

import pytest

from tools.trouble import explain

APT_PROXY = """\
W: Failed to fetch http://deb.debian.org/debian/dists/sid/InRelease  Could not connect to \
127.0.0.1:9 (127.0.0.1). - connect (111: Connection refused)
E: Some index files failed to download. They have been ignored, or old ones used instead.
"""
APT_DNS = "E: Failed to fetch http://mirror/x  Temporary failure resolving 'mirror'"
APT_SPACE = """\
E: Failed to fetch http://mirror/x  Write error - write (28: No space left on device)
"""
APT_LOCK = "E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 12 (apt)"
APT_NONE = "E: Unable to locate package odoo-19"
APT_KEY = "W: GPG error: The following signatures couldn't be verified: NO_PUBKEY 6ED0E7B82643E131"
UV = """\
error: Request failed after 3 retries
  Caused by: error sending request for url (https://mirror/simple/babel/)
  Caused by: tcp connect error
"""
PIP = "ProxyError('Cannot connect to proxy.', NewConnectionError('refused'))"
UV_CERTIFICATE = """\
error: Request failed after 3 retries
  Caused by: error sending request for url (https://mirror/simple/babel/)
  Caused by: client error (Connect)
  Caused by: invalid peer certificate: UnknownIssuer
"""
NPM = "npm error code ENOTFOUND\nnpm error network request failed"


@pytest.mark.parametrize(
    ("printed", "cause"),
    [
        (APT_PROXY, "network"),
        (APT_DNS, "network"),
        (APT_SPACE, "disk is full"),
        (APT_LOCK, "another package manager"),
        (APT_NONE, "not there"),
        (APT_KEY, "signature"),
        (UV, "network"),
        (UV_CERTIFICATE, "certificate"),
        (PIP, "proxy"),
        (NPM, "network"),
        ("[Errno 13] Permission denied: 'x'", "permission"),
    ],
)
def test_known_causes(printed, cause):
    text = str(explain("Getting it", printed))
    assert text.startswith("Getting it: ") and cause in text
    assert "\n" not in text and text.count(". ") >= 1  # what, then what to do


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("starting\nerror: wrong shape\nbye", "error: wrong shape"),
        ("one\ntwo\n", "two"),
        ("", "it printed nothing"),
    ],
)
def test_unknown_causes_show_the_telling_line(printed, shown):
    assert str(explain("It", printed)) == f"It failed: {shown}"
