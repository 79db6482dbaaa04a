"""Which certifications people have tried, and which of them they have passed.

Functions, not methods, as methods can be called from the code of server actions, and what they
return is run as superuser.
"""

from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.collab_kpi.method import Method
from odoo.addons.collab_kpi.rows import facts_of_rows

#: What managers of surveys may read; others are of recruitment, for example
OF_SURVEYS = [("survey_id.survey_type", "in", ["assessment", "custom", "live_session", "survey"])]
FINISHED = [
    ("survey_id.certification", "=", True),
    ("state", "=", "done"),
    ("test_entry", "=", False),
]
PASSED = [("scoring_success", "=", True)]


def methods(env):
    """Return the ways to count certifications: key →
    :class:`odoo.addons.collab_kpi.method.Method`."""
    named = {
        "collab_kpi_training.attempts": (env._("Attempts at certifications"), _attempts),
        "collab_kpi_training.passed": (env._("Certifications passed"), _passed),
    }
    return {
        key: Method(
            name,
            facts,
            ("survey.survey", "survey.user_input"),
            {"certification": "survey.survey", "department": "hr.department"},
            res_model="survey.user_input",
            given={"survey.user_input": OF_SURVEYS},
        )
        for key, (name, facts) in named.items()
    }


def _attempts(env, definition, window):
    """Return a fact for each attempt that was finished: 100 if it was passed, else 0."""
    return _of_attempts(env, definition, window, Domain.TRUE)


def _passed(env, definition, window):
    """Return a fact for each attempt that was passed."""
    return _of_attempts(env, definition, window, Domain(PASSED))


def _of_attempts(env, definition, window, domain):
    """Return a fact for each of some attempts of internal users.

    An attempt is of a contact. Whose contact it is, is who made it; of several the one who is still
    there, and was there first. Department and company are theirs of today.
    """
    domain &= Domain(OF_SURVEYS) & Domain(FINISHED)
    attempts = env["survey.user_input"]._search(domain)
    env["res.users"].flush_model(["active", "company_id", "partner_id", "share"])
    rows = SQL(
        """
        SELECT attempt.id, person.company_id, person.id AS user_id, attempt.end_datetime AS at,
               attempt.survey_id AS certification, attempt.scoring_success
          FROM survey_user_input attempt
          JOIN (
                SELECT DISTINCT ON (partner_id) partner_id, id, company_id
                  FROM res_users
                 WHERE NOT share
                 ORDER BY partner_id, active DESC, id
               ) person ON person.partner_id = attempt.partner_id
         WHERE attempt.id IN %s
        """,
        attempts.subselect(),
    )
    amount = SQL("CASE WHEN line.scoring_success THEN 100 ELSE 0 END::float8")
    return facts_of_rows(env, definition, window, rows, amount, columns=("certification",))
