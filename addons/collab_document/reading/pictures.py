"""Small pictures of images."""

import io

from PIL import Image, ImageOps

from .stopped import Stopped

#: Pixels of either side at most.
SIZE = 256

#: Of JPEG: keeps even noise of this size below 40 kB.
QUALITY = 70

#: Pixels of an image, beyond which it is not tried. Below, memory decides.
MOST = 100_000_000

#: What Pillow calls the kinds of images.
FORMATS = {
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/gif": "GIF",
    "image/webp": "WEBP",
    "image/bmp": "BMP",
    "image/x-ms-bmp": "BMP",
    "image/tiff": "TIFF",
}

# `picture` has its own bound: it lets big photos pass, which are read at an eighth of their size
Image.MAX_IMAGE_PIXELS = None


def picture(name: str, path: str) -> bytes:
    """Return a small JPEG of an image.

    :param name: what Pillow calls its kind; it is not tried as any other
    """
    with Image.open(path, formats=[name]) as image:
        image.draft(None, (2 * SIZE, 2 * SIZE))
        if image.width * image.height > MOST:
            raise Stopped("too_large")
        return shrink(image)


def shrink(image: Image.Image) -> bytes:
    """Return `image` as a small JPEG, on white where it is transparent."""
    if image.mode in ("1", "P"):  # has no colours between those that it has
        image = image.convert("L" if image.mode == "1" else "RGBA")
    image.thumbnail((SIZE, SIZE))
    image = ImageOps.exif_transpose(image)
    if image.mode.startswith("I"):  # 16 bits of grey, of which `convert` would take the low ones
        image = image.point(lambda value: value * (1 / 256)).convert("L")
    image = image.convert("RGBA")
    paper = Image.new("RGB", image.size, "white")
    paper.paste(image, mask=image)
    file = io.BytesIO()
    paper.save(file, "JPEG", quality=QUALITY)
    return file.getvalue()
