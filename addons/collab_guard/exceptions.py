from odoo.exceptions import UserError


class GuardError(UserError):
    """A write was refused by the gate.

    The one error of every refusal: the sentence says what is refused, why and
    who can do it. Where there is something to do about it, the web client shows
    a button that runs ``action`` (the arguments are those of ``RedirectWarning``,
    but batch code that expects a ``UserError`` gets one).

    :param str message: the sentence
    :param int action: id of the action that the button runs, or ``None``
    :param str button: text of the button
    :param dict context: additional context of the action
    """

    def __init__(self, message, action=None, button=None, context=None):
        super().__init__(message)
        self.args = (message, action, button, context) if action else (message,)

    def __str__(self):
        return self.args[0]
