"""When what is told has happened."""

from datetime import datetime, time

from dateutil.relativedelta import relativedelta

from odoo import fields

#: Whole months that the story goes back
MONTHS = 13
#: When many are away
SUMMER = 8


def first_day(number):
    """Return the first day of a month of the story; the running one has the number MONTHS."""
    first = fields.Date.today().replace(day=1)
    return first - relativedelta(months=MONTHS - number)


def moment_of(day, chance):
    """Return a moment of a working day."""
    return datetime.combine(day, time(chance.randrange(7, 15), chance.randrange(60)))


def is_summer(number):
    return first_day(number).month == SUMMER


def days_of(working, number):
    """Return the days of a month on which somebody has worked, until yesterday."""
    first, end = first_day(number), min(first_day(number + 1), fields.Date.today())
    return sorted(day for day in working if first <= day < end)
