"""How figures are written.

Functions, not methods, as methods can be called from the code of server actions.
"""

from odoo.tools.misc import get_lang

#: Signs before the point of a number that has no groups of digits in any language, its own sign among
#: them or not
SHORT = 3


def text_of(env, look, value):
    """Return a figure as the reader writes it; a dash if there is none."""
    return writer(env, look)(value)


def writer(env, look):
    """Return a function that writes figures which look so, for one who writes many."""
    lang, code = env["res.lang"].browse(get_lang(env).id), f"%.{look['digits']}f"
    before, after = _around(look)
    point = lang._get_data(id=lang.id).decimal_point

    def text(value):
        if value is None:
            return "–"
        # not less than nothing by a rounding
        value = value + 0.0 if round(value, look["digits"]) else 0.0
        number = code % value
        # what has no groups of digits is written at once: there are many, and Odoo looks up the groups
        # for each
        if len(number.partition(".")[0]) > SHORT:
            number = lang.format(code, value, grouping=True)
        elif point != ".":
            number = number.replace(".", point)
        return f"{before}{number}{after}"

    return text


def _around(look):
    """Return what is written before and after a number."""
    if currency := look["currency"]:
        if currency["position"] == "before":
            return f"{currency['symbol']}\u00a0", ""
        return "", f"\u00a0{currency['symbol']}"
    if not look["unit"]:
        return "", ""
    return "", "%" if look["unit"] == "%" else f"\u00a0{look['unit']}"
