"""Which certifications people have tried, and which of them they have passed.

Functions, not methods, as methods can be called from the code of server actions, and what they
return is run as superuser.
"""

from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.collab_kpi.facts import DefinitionError, Facts, departments
from odoo.addons.collab_kpi.method import Method

#: What managers of surveys may read; others are of recruitment, for example
OF_SURVEYS = [("survey_id.survey_type", "in", ["assessment", "custom", "live_session", "survey"])]
FINISHED = [
    ("survey_id.certification", "=", True),
    ("state", "=", "done"),
    ("test_entry", "=", False),
]
PASSED = [("scoring_success", "=", True)]
PARTS = {
    "certification": SQL("attempt.survey_id"),
    "department": SQL("theirs.department_id"),
}


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
    parts = [_part(env, one) for one in definition["breakdowns"]]
    query = SQL(
        """
        SELECT attempt.id AS res_id, attempt.end_datetime AS at, person.company_id,
               CASE WHEN attempt.scoring_success THEN 100 ELSE 0 END::float8 AS amount,
               person.id AS person_id, NULL::int AS lost%(parts)s
          FROM survey_user_input attempt
          JOIN (
                SELECT DISTINCT ON (partner_id) partner_id, id, company_id
                  FROM res_users
                 WHERE NOT share
                 ORDER BY partner_id, active DESC, id
               ) person ON person.partner_id = attempt.partner_id
          LEFT JOIN (%(departments)s) theirs ON theirs.user_id = person.id
         WHERE attempt.id IN %(attempts)s
           AND attempt.end_datetime >= %(lower)s AND attempt.end_datetime < %(upper)s%(company)s
        """,
        parts=SQL().join(
            SQL(", %s AS %s", part, SQL.identifier(f"d{index}")) for index, part in enumerate(parts)
        ),
        departments=departments(env),
        attempts=attempts.subselect(),
        lower=window.lower(True),
        upper=window.upper(True),
        company=SQL(" AND person.company_id = %s", definition["company"])
        if definition["company"]
        else SQL(),
    )
    return Facts(query, is_timed=True)


def _part(env, breakdown):
    if breakdown["path"] not in PARTS:
        raise DefinitionError(
            env._("Certifications are broken down by department and certification.")
        )
    return PARTS[breakdown["path"]]
