"""Kinds of files: what a file is, and how a browser may be given it.

The content decides. A name only tells apart what the first bytes leave open: a zip can
be a Word document, a text can be a table. So nobody makes a program a PDF by naming it.

This file knows neither the ORM nor the database. It reads contents by the function with
which Odoo types attachments (libmagic, where the machine has it), so that both agree.
"""

import re
from typing import Literal

from odoo.tools.mimetypes import guess_mimetype

from .names import extension

Preview = Literal["image", "pdf", "video", "audio", "text"]
Icon = Literal[
    "pdf",
    "word",
    "excel",
    "powerpoint",
    "image",
    "video",
    "audio",
    "archive",
    "text",
    "code",
    "mail",
    "file",
]

UNKNOWN = "application/octet-stream"

# The names that versions of libmagic give to one and the same kind.
_ALIASES = {
    "application/CDFV2": "application/x-ole-storage",
    "application/csv": "text/csv",
    "application/encrypted": "application/x-ole-storage",
    "application/javascript": "text/javascript",
    "application/vnd.ms-office": "application/x-ole-storage",
    "application/x-empty": "text/plain",
    "application/xml": "text/xml",
    "audio/x-m4a": "audio/mp4",
    "audio/x-wav": "audio/wav",
    "inode/x-empty": "text/plain",
    "text/rtf": "application/rtf",
    "video/x-m4v": "video/mp4",
}

_OPEN_XML = {
    "docm": "application/vnd.ms-word.document.macroenabled.12",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "dotx": "application/vnd.openxmlformats-officedocument.wordprocessingml.template",
    "potx": "application/vnd.openxmlformats-officedocument.presentationml.template",
    "ppsx": "application/vnd.openxmlformats-officedocument.presentationml.slideshow",
    "pptm": "application/vnd.ms-powerpoint.presentation.macroenabled.12",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "xlsm": "application/vnd.ms-excel.sheet.macroenabled.12",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xltx": "application/vnd.openxmlformats-officedocument.spreadsheetml.template",
}

#: What a name may make of a content: its kind → extension → kind.
_REFINED = {
    "application/zip": {
        **_OPEN_XML,
        "epub": "application/epub+zip",
        "odp": "application/vnd.oasis.opendocument.presentation",
        "ods": "application/vnd.oasis.opendocument.spreadsheet",
        "odt": "application/vnd.oasis.opendocument.text",
        "ofd": "application/ofd",  # China's fixed layout (GB/T 33190): e-invoices
    },
    # What Office wrote until 2006, what WPS writes, and Open XML behind a password.
    "application/x-ole-storage": {
        **_OPEN_XML,
        "doc": "application/msword",
        "dps": "application/wps-office.dps",
        "et": "application/wps-office.et",
        "msg": "application/vnd.ms-outlook",
        "ppt": "application/vnd.ms-powerpoint",
        "wps": "application/wps-office.wps",
        "xls": "application/vnd.ms-excel",
    },
    "application/ogg": {"oga": "audio/ogg", "ogg": "audio/ogg", "ogv": "video/ogg"},
    "video/mp4": {"m4a": "audio/mp4"},
    "text/plain": {
        "css": "text/css",
        "csv": "text/csv",
        "eml": "message/rfc822",
        "htm": "text/html",
        "html": "text/html",
        "ics": "text/calendar",
        "js": "text/javascript",
        "json": "application/json",
        "log": "text/plain",
        "markdown": "text/markdown",
        "md": "text/markdown",
        "svg": "image/svg+xml",
        "tsv": "text/tab-separated-values",
        "txt": "text/plain",
        "vcf": "text/vcard",
        "xml": "text/xml",
    },
}

# Kinds outside text/ that are nothing but text.
_TEXTS = {"application/json", "image/svg+xml", "message/rfc822"}

# What may stand before the first element: byte order mark, blanks, declaration, comments.
# No two ways to read any of it, so that nothing can be written that takes long to read.
_PROLOGUE = rb"(?:\xef\xbb\xbf)?(?:\s|<\?xml\b[^>]*>|<!--(?:(?!-->).)*-->)*"
_SVG = re.compile(_PROLOGUE + rb"<(?:!doctype\s+)?svg\b", re.IGNORECASE | re.DOTALL)
_XML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<\?xml\s", re.IGNORECASE)
# Not by <div>, <p> or <a>: Markdown often begins with one, and XML without a declaration may.
_HTML = re.compile(
    _PROLOGUE + rb"<(?:!doctype\s+html|html|head|body|script|style|iframe)[\s>/]",
    re.IGNORECASE | re.DOTALL,
)

#: What a browser shows without running anything in it. Texts come on top, see `preview_of`.
SHOWN: dict[str, Preview] = {
    "application/pdf": "pdf",
    "audio/mp4": "audio",
    "audio/mpeg": "audio",
    "audio/ogg": "audio",
    "audio/wav": "audio",
    "image/gif": "image",
    "image/jpeg": "image",
    "image/png": "image",
    "image/webp": "image",
    "video/mp4": "video",
    "video/ogg": "video",
    "video/webm": "video",
}

# By the first match, so that what is special comes before what is general.
_ICONS: tuple[tuple[Icon, tuple[str, ...]], ...] = (
    ("pdf", ("application/pdf",)),
    (
        "word",
        (
            "application/msword",
            "application/rtf",
            "application/vnd.ms-word",
            "application/vnd.oasis.opendocument.text",
            "application/vnd.openxmlformats-officedocument.wordprocessingml",
            "application/wps-office.wps",
        ),
    ),
    (
        "excel",
        (
            "application/vnd.ms-excel",
            "application/vnd.oasis.opendocument.spreadsheet",
            "application/vnd.openxmlformats-officedocument.spreadsheetml",
            "application/wps-office.et",
            "text/csv",
            "text/tab-separated-values",
        ),
    ),
    (
        "powerpoint",
        (
            "application/vnd.ms-powerpoint",
            "application/vnd.oasis.opendocument.presentation",
            "application/vnd.openxmlformats-officedocument.presentationml",
            "application/wps-office.dps",
        ),
    ),
    ("image", ("image/",)),
    ("video", ("video/",)),
    ("audio", ("audio/",)),
    (
        "archive",
        (
            "application/gzip",
            "application/vnd.rar",
            "application/x-7z-compressed",
            "application/x-bzip2",
            "application/x-gzip",
            "application/x-rar",
            "application/x-tar",
            "application/x-xz",
            "application/zip",
        ),
    ),
    ("mail", ("application/vnd.ms-outlook", "message/")),
    ("text", ("text/calendar", "text/markdown", "text/plain", "text/vcard")),
    ("code", ("application/json", "text/")),
)


def kind_of(head: bytes, name: str) -> str:
    """Return the mimetype of a file.

    :param head: the first bytes of the file, 2048 or more of them if it has as many
    :param name: the name of the file, of which the extension counts
    """
    found = guess_mimetype(head)
    found = _ALIASES.get(found, found)
    if found.startswith("text/") or found in _TEXTS:
        return _markup(head) or _REFINED["text/plain"].get(extension(name), found)
    if found == UNKNOWN and head.startswith(b"PK\x03\x04"):
        found = "application/zip"
    return _REFINED.get(found, {}).get(extension(name), found)


def _markup(head: bytes) -> str | None:
    """Return the kind of a text that begins like SVG, HTML or XML."""
    if _SVG.match(head):
        return "image/svg+xml"
    if _XML.match(head):
        return "text/xml"
    return "text/html" if _HTML.match(head) else None


def preview_of(kind: str) -> Preview | None:
    """Return how a browser may show a file of `kind`, ``None`` if not at all.

    Texts of every kind, HTML and scripts among them, are shown as plain text. SVG is
    not: as a picture it can run scripts, and as a text nobody recognises it.
    """
    if kind.startswith("text/") or kind == "application/json":
        return "text"
    return SHOWN.get(kind)


def served_as(kind: str) -> str:
    """Return the Content-Type under which a file of `kind` may be sent to be shown.

    It runs nothing, whatever the file holds, as long as ``X-Content-Type-Options:
    nosniff`` goes with it. What is not shown is sent as bytes without a kind.
    """
    preview = preview_of(kind)
    if preview == "text":
        return "text/plain; charset=utf-8"
    return kind if preview else UNKNOWN


def icon_of(kind: str) -> Icon:
    """Return the name of the icon for files of `kind`."""
    return next((icon for icon, starts in _ICONS if kind.startswith(starts)), "file")
