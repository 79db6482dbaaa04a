"""How figures are written.

Functions, not methods, as methods can be called from the code of server actions.
"""

from odoo.tools.misc import formatLang


def look_of(kpi):
    """Return how the figures of an indicator are written, for :func:`text_of` and for the client."""
    currency = kpi.currency_id.sudo()
    return {
        "kind": "monetary" if currency else "number",
        "digits": kpi.digits,
        "unit": kpi.suffix or "",
        "currency": {"symbol": currency.symbol, "position": currency.position} if currency else None,
        "direction": kpi.direction,
    }


def text_of(env, look, value):
    """Return a figure as the reader writes it; a dash if there is none."""
    if value is None:
        return "–"
    number = formatLang(env, value, digits=look["digits"])
    if look["currency"]:
        symbol, before = look["currency"]["symbol"], look["currency"]["position"] == "before"
        return f"{symbol}\u00a0{number}" if before else f"{number}\u00a0{symbol}"
    if not look["unit"]:
        return number
    return f"{number}%" if look["unit"] == "%" else f"{number}\u00a0{look['unit']}"
