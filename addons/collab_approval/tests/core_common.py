"""What the random flows and policies are made of."""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from odoo.addons.collab_approval.core import Asked

PROFILE = settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
USERS = st.integers(1, 4).map(lambda number: Asked("user", number))
GROUPS = st.integers(1, 2).map(lambda number: Asked("group", number))


def user(number):
    return Asked("user", number)
