"""Which models are Collab's own, where Odoo names them by text, and what Odoo alone may do there.

Functions, not methods, as methods can be called from the code of server actions.
"""

import contextlib
from contextvars import ContextVar

_noting = ContextVar("collab_base_noting", default=False)


def is_own(model_name):
    """Return whether `model_name`, as it came from a column, a request or nowhere, is one of ours."""
    return isinstance(model_name, str) and model_name.startswith("collab.")


@contextlib.contextmanager
def noting():
    """Let Odoo note within what it has seen to change, which nobody else does.

    Not by the context of the environment, which comes with a request.
    """
    token = _noting.set(True)
    try:
        yield
    finally:
        _noting.reset(token)


def is_noting():
    return _noting.get()
