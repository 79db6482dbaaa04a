"""PDF files."""

from collections.abc import Iterator
from contextlib import closing

import pypdfium2
from pypdfium2 import raw

from . import pictures
from .stopped import Stopped


def text(path: str) -> Iterator[str]:
    """Return the text of each page, apart by blank lines."""
    with closing(_opened(path)) as document:
        is_whole = True
        for index in range(len(document)):
            try:
                with closing(document[index]) as page:
                    yield f"{page.get_textpage().get_text_bounded()}\n\n"
            except pypdfium2.PdfiumError:
                is_whole = False
                yield ""
        if not is_whole:
            raise Stopped("damaged")


def pages(path: str) -> int:
    with closing(_opened(path)) as document:
        return len(document)


def picture(path: str) -> bytes:
    """Return a small JPEG of the first page."""
    with closing(_opened(path)) as document:
        page = document[0]
        return pictures.shrink(page.render(scale=pictures.SIZE / max(page.get_size())).to_pil())


def _opened(path: str) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        is_encrypted = error.err_code == raw.FPDF_ERR_PASSWORD
        raise Stopped("encrypted" if is_encrypted else "damaged") from None
