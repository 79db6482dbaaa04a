"""The zip that a document of an office suite is, read within bounds."""

import io
import mmap
import zipfile
from typing import IO

from .stopped import Stopped

MEMBERS = 10_000
#: Bytes that are unzipped of a file at most. Pictures and the like are not.
TOTAL = 100 * 2**20
#: How much more than its size in the zip a member may be, if it is more than a trifle.
RATIO = 200
TRIFLE = 2**20

#: What begins a document that Office has encrypted, and files of Office 97.
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


class Package(zipfile.ZipFile):
    """A zip that gives no more than it may, whatever it says of itself.

    :param path: of the file
    :raise Stopped: here and when a member is read
    """

    def __init__(self, path: str):
        try:
            super().__init__(path)
        except zipfile.BadZipFile:
            raise Stopped("encrypted" if _is_encrypted(path) else "damaged") from None
        self._left = TOTAL
        if len(self.filelist) > MEMBERS:
            raise Stopped("too_large")

    def open(
        self, name: str, mode: str = "r", pwd: bytes | None = None, *, force_zip64: bool = False
    ) -> IO[bytes]:
        member = self.getinfo(name)
        if member.flag_bits & 1:
            raise Stopped("encrypted")
        # others unzip to more, from less, and no office suite writes them
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Stopped("damaged")
        most = max(TRIFLE, RATIO * member.compress_size)
        if member.file_size > min(most, self._left):
            raise Stopped("too_large")
        return _Member(self, super().open(member, mode, pwd, force_zip64=force_zip64))

    def spend(self, size: int) -> None:
        """Count `size` bytes that were unzipped."""
        self._left -= size
        if self._left < 0:
            raise Stopped("too_large")


class _Member(io.RawIOBase):
    """A member of a zip, unzipped by as much as is asked for."""

    def __init__(self, package: Package, member: IO[bytes]):
        self._package = package
        self._member = member

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:
        data = self._member.read(len(buffer))
        self._package.spend(len(data))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._member.close()
        return super().close()


def _is_encrypted(path: str) -> bool:
    with open(path, "rb") as file:
        if file.read(len(COMPOUND)) != COMPOUND:
            return False
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            return content.find(ENCRYPTED) >= 0
