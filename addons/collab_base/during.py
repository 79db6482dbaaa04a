"""What our own code lets happen while it works, and nobody else does.

Not by the context of the environment, which comes with a request; nor by a method, as methods can
be called from the code of server actions.
"""

import contextlib
from contextvars import ContextVar


class During:
    """True within its own ``with`` blocks, in this thread, and false everywhere else.

    Made once, ``noting = During("noting")``: what is called within ``with noting():`` may ask
    ``if noting:``.
    """

    def __init__(self, name):
        self._active = ContextVar(name, default=False)

    @contextlib.contextmanager
    def __call__(self):
        token = self._active.set(True)
        try:
            yield
        finally:
            self._active.reset(token)

    def __bool__(self):
        return self._active.get()
