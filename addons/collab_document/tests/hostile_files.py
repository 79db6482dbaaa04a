"""Files that are made to harm who reads them. Each function returns the bytes of one."""

import io
import struct
import zipfile
import zlib

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TYPES = "[Content_Types].xml"
DOCUMENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
DOCUMENT_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    f'<Override PartName="/word/document.xml" ContentType="{DOCUMENT_TYPE}"/></Types>'
)
DOCUMENT_START = f'<w:document xmlns:w="{WORD}"><w:body><w:p><w:r><w:t>'
DOCUMENT_END = "</w:t></w:r></w:p></w:body></w:document>"

BILLION_LAUGHS = (
    '<!DOCTYPE lolz [<!ENTITY l0 "lol">'
    + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    + "]>"
)


def zipped(members, method=zipfile.ZIP_DEFLATED):
    """Return a zip of these members (name -> content)."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def members(content):
    """Return the members of a zip (name -> content)."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def replaced(content, name, change, others=None):
    """Return a zip with the text of one of its members changed, and others (name -> content)
    added."""
    found = members(content)
    found[name] = change(found[name].decode())
    return zipped({**found, **(others or {})})


def document(text, doctype=""):
    """Return a docx of one paragraph, which is given as XML."""
    body = f'<?xml version="1.0"?>{doctype}{DOCUMENT_START}{text}{DOCUMENT_END}'
    return zipped({TYPES: DOCUMENT_TYPES, "word/document.xml": body})


def deflated(start, filler, end, size):
    """Return how `start`, `size` bytes of `filler` and `end` are deflated, which takes no longer
    for 10 GB than for 16 MB: one block is repeated."""
    block = 2**24
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    head = deflate.compress(start) + deflate.flush(zlib.Z_FULL_FLUSH)
    body = deflate.compress(filler * block) + deflate.flush(zlib.Z_FULL_FLUSH)
    tail = deflate.compress(end) + deflate.flush()
    return head + body * (size // block) + tail


def zip_bomb(name, size, declared=None, others=None):
    """Return a zip whose member `name` unzips to `size` bytes.

    :param declared: what the zip says that it unzips to, if it lies
    :param others: other members (name -> content)
    """
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for other, content in ({TYPES: DOCUMENT_TYPES} if others is None else others).items():
            archive.writestr(other, content)
        archive.writestr(name, deflated(DOCUMENT_START.encode(), b"a", DOCUMENT_END.encode(), size))
        member = archive.getinfo(name)
        member.compress_type = zipfile.ZIP_DEFLATED
        member.file_size = declared or size
    return file.getvalue()


def overlapping_zip(count):
    """Return a zip of which `count` members share the same megabyte."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(TYPES, DOCUMENT_TYPES)
        archive.writestr("word/document.xml", b"a" * 2**20)
        member = archive.getinfo("word/document.xml")
        archive.filelist += [member] * count
    return file.getvalue()


def encrypted_document():
    """Return what Office writes for a document with a password: a compound file, whose directory
    names the encrypted package."""
    directory = "".join(
        name.ljust(64, "\0") for name in ("Root Entry", "EncryptionInfo", "EncryptedPackage")
    )
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + directory.encode("utf-16-le")


def pdf(*objects, root=1):
    """Return a PDF of these objects, numbered from 1."""
    file = io.BytesIO()
    file.write(b"%PDF-1.7\n")
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(file.tell())
        content = content if isinstance(content, bytes) else content.encode()
        file.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    start = file.tell()
    file.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    file.writelines(b"%010d 00000 n \n" % place for place in places)
    trailer = f"trailer <</Size {len(objects) + 1}/Root {root} 0 R>>\nstartxref\n{start}\n%%EOF\n"
    file.write(trailer.encode())
    return file.getvalue()


def stream(content, entries=""):
    return f"<<{entries}/Length {len(content)}>>\nstream\n".encode() + content + b"\nendstream"


CATALOG = "<</Type/Catalog/Pages 2 0 R>>"
PAGES = "<</Type/Pages/Kids[3 0 R]/Count 1>>"
PAGE = (
    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R"
    "/Resources<</XObject<</X 5 0 R>>>>>>"
)


def pdf_page_loop():
    """The pages of the tree are the tree."""
    return pdf(CATALOG, "<</Type/Pages/Kids[2 0 R 2 0 R]/Parent 2 0 R/Count 100000>>")


def pdf_deep_tree(depth):
    nodes = [f"<</Type/Pages/Kids[{n} 0 R]/Count 1>>" for n in range(3, depth + 3)]
    return pdf(CATALOG, *nodes, "<</Type/Page/MediaBox[0 0 9 9]>>")


def pdf_deep_array(depth):
    return pdf(CATALOG, PAGES, PAGE, f"{'[' * depth}{']' * depth}")


def pdf_many_pages(count):
    kids = " ".join(f"{n} 0 R" for n in range(3, count + 3))
    page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"
    return pdf(CATALOG, f"<</Type/Pages/Kids[{kids}]/Count {count}>>", *[page] * count)


def pdf_form_loop():
    """The first page draws a form that draws itself, twice."""
    form = stream(
        b"/X Do /X Do", "/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 5 0 R>>>>"
    )
    return pdf(CATALOG, PAGES, PAGE, stream(b"/X Do"), form)


def pdf_stream_bomb(size):
    """What the first page draws inflates to `size` bytes."""
    drawn = struct.pack(">H", 0x78DA) + deflated(b"", b"q ", b"", size // 2)
    return pdf(CATALOG, PAGES, PAGE, stream(drawn, "/Filter/FlateDecode"), "null")


def pdf_slow_page(count):
    """The first page takes a while to draw, and has a word of text."""
    drawn = (
        b"BT /F 12 Tf 9 9 Td (heavy) Tj ET\n"
        + b"0 0 m 9 200 200 9 1 1 c 190 190 m 1 2 3 4 5 6 c b*\n" * count
    )
    font = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>"
    return pdf(CATALOG, PAGES, page, stream(drawn), font)


def pdf_big_image(side):
    """The first page shows an image of `side` × `side` pixels that takes some kilobytes."""
    pixels = struct.pack(">H", 0x78DA) + deflated(b"", b"\0", b"", side * side * 3)
    image = stream(
        pixels,
        f"/Type/XObject/Subtype/Image/Width {side}/Height {side}/BitsPerComponent 8"
        "/ColorSpace/DeviceRGB/Filter/FlateDecode",
    )
    return pdf(CATALOG, PAGES, PAGE, stream(b"200 0 0 200 0 0 cm /X Do"), image)


def png(width, height):
    """Return a black PNG of one bit a pixel, of which some kilobytes are a gigabyte."""

    def chunk(name, content):
        checked = name + content
        return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))

    rows = bytes((width + 15) // 8 * height)
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows, 1))
        + chunk(b"IEND", b"")
    )


def bmp(width, height):
    header = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54, 0, 0, 54) + header + bytes(1000)


def pdf_blanks(streams, size):
    """Return a PDF of one page with streams of objects, of `size` bytes of blanks each."""
    file, places = bytearray(b"%PDF-1.5\n"), {0: (0, 0, 65535)}

    def add(number, content):
        places[number] = (1, len(file), 0)
        file.extend(b"%d 0 obj\n%s\nendobj\n" % (number, content))

    def packed(entries, content):
        data = zlib.compress(content, 9)
        head = b"<<%s/Length %d/Filter/FlateDecode>>" % (entries, len(data))
        return head + b"stream\n" + data + b"\nendstream"

    numbers = range(4 + streams, 4 + 2 * streams)
    wanted = b" ".join(b"%d 0 R" % number for number in numbers)
    add(1, b"<</Type/Catalog/Pages 2 0 R>>")
    add(2, b"<</Type/Pages/Count 1/Kids[3 0 R]>>")
    add(3, b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/X[%s]>>" % wanted)
    for number in numbers:
        head = b"%d 0 " % number
        content = head + b"<</A 1>>" + b" " * size
        add(number - streams, packed(b"/Type/ObjStm/N 1/First %d" % len(head), content))
        places[number] = (2, number - streams, 0)
    start = len(file)
    table = b"".join(struct.pack(">BIH", *places[number]) for number in sorted(places))
    entries = b"/Type/XRef/Size %d/W[1 4 2]/Root 1 0 R" % len(places)
    add(len(places), packed(entries, table))
    return bytes(file) + b"startxref\n%d\n%%%%EOF" % start
