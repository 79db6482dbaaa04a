"""Numbers of bytes for people."""

from babel import units

UNITS = ("byte", "kilobyte", "megabyte", "gigabyte", "terabyte")


def size_text(size, locale):
    """Return a number of bytes as the client writes it."""
    unit = 0
    while size >= 1024 and unit < len(UNITS) - 1:
        size /= 1024
        unit += 1
    digits = "#,##0.#" if size < 10 else "#,##0"
    text = units.format_unit(size, f"digital-{UNITS[unit]}", "short", digits, locale)
    return text.replace("\xa0", " ")
