"""What periods are called, in the reader's language.

Functions, not methods, as methods can be called from the code of server actions.
"""

from datetime import timedelta
from functools import cache

from babel.dates import format_date, format_skeleton

from odoo.tools.misc import babel_locale_parse, get_lang

from .core.periods import shift


class Labels:
    """Names periods of one kind, for one reader.

    :ivar is_fiscal: whether quarters and years are not those of the calendar
    """

    def __init__(self, env, grain, calendar):
        self.env = env
        self.grain = grain
        self.locale = babel_locale_parse(get_lang(env).code)
        self.is_fiscal = calendar.year_start != 1
        # all tiles name the same few periods
        self.short, self.long = cache(self.short), cache(self.long)

    def short(self, start, is_first=False):
        """Return what a period is called under an axis; of months, the first one and each January
        say the year."""
        if self.grain in ("day", "week"):
            return format_skeleton("MMMd", start, locale=self.locale)
        if self.grain == "month":
            return format_skeleton(
                "yMMM" if is_first or start.month == 1 else "MMM", start, locale=self.locale
            )
        if self.is_fiscal:
            return format_skeleton("yMMM", start, locale=self.locale)
        if self.grain == "quarter":
            return format_skeleton("yQQQ", start, locale=self.locale)
        return format_date(start, "y", locale=self.locale)

    def long(self, start):
        """Return what a period is called where there is room."""
        last = shift(start, self.grain, 1) - timedelta(days=1)
        if self.grain == "day":
            return format_date(start, "long", locale=self.locale)
        if self.grain == "week":
            return self._span(start, last, "medium")
        if self.grain == "month":
            return format_skeleton("yMMMM", start, locale=self.locale)
        if self.is_fiscal:
            first, end = (format_skeleton("yMMM", day, locale=self.locale) for day in (start, last))
            return f"{first} – {end}"
        if self.grain == "quarter":
            return format_skeleton("yQQQQ", start, locale=self.locale)
        return format_date(start, "y", locale=self.locale)

    def _span(self, first, last, style):
        return " – ".join(format_date(day, style, locale=self.locale) for day in (first, last))
