"""Charts as SVG: for reports, which wkhtmltopdf turns into PDF, and pages without scripts.

Where everything is, `core/chart.py` and `core/chart_rows.py` say; what it looks like, `views/chart_templates.xml`.
Labels and texts are plain, in the reader's language; the templates escape them.
"""

from markupsafe import Markup

from odoo.api import Environment

from .core import axis, chart, chart_rows

#: Light to dark, and which ink can be read on them
SHADES = ("#eaf0f6", "#c5d5e4", "#8fafca", "#44719b", "#1f4e79")
INKS = ("#1f2937", "#1f2937", "#1f2937", "#ffffff", "#ffffff")
#: Of the parts of a bar: neighbours differ without their colours, too
PARTS = ("#1f4e79", "#7fd1c2", "#6b7280", "#c5d5e4")
PART_INKS = ("#ffffff", "#1f2937", "#ffffff", "#1f2937")


def trend(
    env: Environment,
    title: str,
    labels: list[str],
    values: list[float | None],
    *,
    texts: list[str] = (),
    target: list[float | None] = (),
    warn: list[float | None] = (),
    forecast: dict | None = None,
    changes: list[int] = (),
    tick_text=axis.plain,
    width: float = 720,
    height: float = 240,
) -> Markup:
    """Return a line over periods, earliest first.

    :param title: what a screen reader says
    :param texts: of the values, written as the ticks are unless given
    :param target: by period
    :param warn: by period, where the target begins to be missed
    :param forecast: low, value and high (and text) of what the last period will come to
    :param changes: indices of the periods from which on another formula counts
    :param tick_text: writes a number at the axis, and a limit; the axis has as many numbers as it
        writes differently
    """
    limits = [
        {"kind": kind, "values": numbers, "label": text(tick_text(axis.known(numbers)[-1]))}
        for kind, numbers, text in (
            ("target", target, lambda value: env._("Target %(value)s", value=value)),
            ("warning", warn, lambda value: env._("Warning %(value)s", value=value)),
        )
        if axis.known(numbers)
    ]
    if forecast:
        forecast = {"text": tick_text(forecast["value"]), **forecast}
    laid_out = chart.trend(
        values,
        labels,
        texts or [tick_text(value) if axis.is_known(value) else "" for value in values],
        limits=limits,
        forecast=forecast,
        changes=changes,
        tick_text=tick_text,
        width=width,
        height=height,
    )
    return _render(env, "trend", title, laid_out)


def bars(env: Environment, title: str, rows: list[dict], *, width: float = 720) -> Markup:
    """Return a horizontal bar for each row.

    :param rows: name, value, text; if need be target (a number) and status (good, warning, bad)
    """
    return _render(env, "bars", title, chart_rows.bars(rows, width))


def stacked(
    env: Environment, title: str, parts: list[str], rows: list[dict], *, width: float = 720
) -> Markup:
    """Return a horizontal bar of several parts for each row.

    :param parts: what each part is called
    :param rows: name, values and texts by part, and text of all of it
    """
    return _render(
        env,
        "stacked",
        title,
        {**chart_rows.stacked(rows, width), "parts": [axis.tidy(part) for part in parts]},
    )


def heatmap(
    env: Environment, title: str, labels: list[str], rows: list[dict], *, width: float = 720
) -> Markup:
    """Return a table of rows and periods, the darker the higher a value.

    :param rows: name and cells; of these value, text, and level (0 to 4) if the caller knows
    """
    return _render(env, "heatmap", title, chart_rows.heatmap(rows, labels, width))


def spark(
    env: Environment,
    title: str,
    values: list[float | None],
    *,
    width: float = 120,
    height: float = 28,
) -> Markup:
    """Return a line as small as a word, to stand in a sentence or a table."""
    return _render(env, "spark", title, chart.spark(values, width, height))


def _render(env: Environment, name: str, title: str, laid_out: dict) -> Markup:
    values = {
        **laid_out,
        "title": axis.tidy(title),
        "shades": SHADES,
        "inks": INKS,
        "part_colours": PARTS,
        "part_inks": PART_INKS,
    }
    # whoever looks, and in which request, makes no difference
    return env["ir.qweb"]._render(
        f"collab_kpi.chart_{name}", values, minimal_qcontext=True, inherit_branding=False
    )
