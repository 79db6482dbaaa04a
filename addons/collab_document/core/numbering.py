"""Numbers of versions: major.minor, where majors are what readers see."""

from typing import NamedTuple


class Number(NamedTuple):
    """``0.1`` is the first draft, ``1.0`` the first that is published."""

    major: int = 0
    minor: int = 0

    def __str__(self):
        return f"{self.major}.{self.minor}"

    @property
    def is_major(self):
        return self.major > 0 and self.minor == 0

    def next(self, publish):
        """Return the number that follows: the next major one, or the next draft."""
        return Number(self.major + 1, 0) if publish else Number(self.major, self.minor + 1)
