from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, date_utils

from odoo.addons.collab_base.bulk import update_rows

from ..accounts import locked
from ..core.days import local_day, midnight
from ..teams import minimum, staff

#: How many are shown, at most
TOP = 10
SPANS = {
    "week": relativedelta(weeks=1),
    "month": relativedelta(months=1),
    "quarter": relativedelta(months=3),
}
#: How many spans back one can look
BACK = 12


class CollabLeaderboard(models.AbstractModel):
    """Who has received most points in a week, a month or a quarter: the top, and nobody else's
    place. Those who have left the boards are in none of them, for nobody.

    Departments are compared by points a head, of the people who are on the boards. Where these are
    too few, a department is not shown, as its points would be somebody's. What this does not
    prevent: who notes what a department had before and after somebody came, went or left the
    boards learns roughly what they had; and who knows what all the others have, what the last has.
    """

    _name = "collab.leaderboard"
    _description = "Leaderboard"

    @api.model
    def top(self, span="week", back=0, kind="people"):
        """Return the top of a span of time, in the reader's time zone and companies.

        :param str span: ``week``, ``month`` or ``quarter``
        :param int back: how many of them ago, 0 for the one that runs
        :param str kind: one of ``kinds``
        :return: dict: ``first`` and ``last`` day; ``kinds`` that there are, and their names;
            ``rows`` of ``id``, ``name``, ``points`` and ``place``, of ten at most; ``points`` that
            the reader has received; ``more`` that would bring them onto the board; ``is_off``,
            whether they have left the boards; ``minimum``, of how many people a department is
        """
        self._check_internal()
        kinds = self._kinds()
        names = [*SPANS], [*kinds], [*range(BACK + 1)]
        asked = span, kind, back
        # 1 == True
        if any(
            type(one) not in (str, int) or one not in among
            for one, among in zip(asked, names, strict=True)
        ):
            raise UserError(self.env._("There is no such leaderboard."))
        zone, is_off, company_id = self._reader()
        today = local_day(fields.Datetime.now(), zone)
        first = date_utils.start_of(today, span) - back * SPANS[span]
        until = first + SPANS[span]
        received = self._received(midnight(first, zone), midnight(until, zone))
        rows = self._rows(kind, received)
        return {
            "first": fields.Date.to_string(first),
            "last": fields.Date.to_string(until - relativedelta(days=1)),
            "kinds": kinds,
            "rows": rows,
            "is_off": is_off,
            "minimum": minimum(self.env),
            **self._mine(kind, received, rows, is_off or company_id not in self.env.companies.ids),
        }

    @api.model
    def leave(self):
        """Take the current user off all boards."""
        return self._set_off(True)

    @api.model
    def join(self):
        """Have the current user on the boards again."""
        return self._set_off(False)

    @api.model
    def _set_off(self, is_off):
        self._check_internal()
        update_rows(locked(self.env, [self.env.uid]), {"is_off_boards": is_off})
        return is_off

    @api.model
    def _check_internal(self):
        if not self.env.user.has_group("base.group_user"):
            raise AccessError(self.env._("Leaderboards are for internal users."))

    @api.model
    def _kinds(self):
        """Return what is compared: kind → name. Applications add theirs, with their rows."""
        return {"people": self.env._("People"), "departments": self.env._("Departments")}

    @api.model
    def _people(self):
        """Return who is on the boards, as a query: rows of ``id``."""
        return SQL(
            """
            SELECT person.id
              FROM res_users person
              LEFT JOIN collab_point_account account ON account.user_id = person.id
             WHERE person.active AND NOT person.share AND person.company_id = ANY(%s)
               AND account.is_off_boards IS NOT TRUE
            """,
            self.env.companies.ids,
        )

    @api.model
    def _received(self, since, until):
        """Return the points that people have received between two moments, as a query: rows of
        ``user_id``, ``points`` and when they had them; of those who are on the boards."""
        return SQL(
            """
            SELECT entry.user_id, SUM(entry.points)::int AS points,
                   MAX(entry.create_date) AS had_at
              FROM collab_point_entry entry
              JOIN (%s) person ON person.id = entry.user_id
             WHERE entry.create_date >= %s AND entry.create_date < %s AND entry.kind = 'work'
             GROUP BY entry.user_id
            """,
            self._people(),
            since,
            until,
        )

    @api.model
    def _rows(self, kind, received):
        """Return the rows of a kind; of as many points, who had them first comes first."""
        found = self.env.execute_query(
            SQL(
                """
                SELECT top.id, named.name, top.points, top.place
                  FROM (
                        SELECT *, RANK() OVER (ORDER BY points DESC) AS place
                          FROM (%s) compared WHERE points > 0
                         ORDER BY points DESC, had_at, id LIMIT %s
                       ) top
                  JOIN (%s) named ON named.id = top.id
                 ORDER BY top.points DESC, top.had_at, top.id
                """,
                self._compared(kind, received),
                TOP,
                self._named(kind),
            )
        )
        return [dict(zip(("id", "name", "points", "place"), row, strict=True)) for row in found]

    @api.model
    def _compared(self, kind, received):
        """Return what a board compares, as a query: rows of ``id``, ``points``, ``had_at``."""
        if kind == "people":
            return SQL("SELECT user_id AS id, points, had_at FROM (%s) received", received)
        # By company, as a department may be of several: who looks at one company and then at two
        # would have the difference, which may be one person's.
        return SQL(
            """
            SELECT staff.department_id AS id, MAX(received.had_at) AS had_at,
                   ROUND(SUM(COALESCE(received.points, 0))::numeric / COUNT(*), 1)::float AS points
              FROM (%s) staff
              JOIN (%s) person ON person.id = staff.user_id
              JOIN hr_department department ON department.id = staff.department_id
              LEFT JOIN (%s) received ON received.user_id = staff.user_id
             WHERE department.active
             GROUP BY staff.department_id, staff.company_id
            HAVING COUNT(*) >= %s
            """,
            staff(self.env),
            self._people(),
            received,
            minimum(self.env),
        )

    @api.model
    def _named(self, kind):
        """Return the names of what a board compares, as a query: rows of ``id``, ``name``."""
        if kind == "people":
            return SQL(
                "SELECT person.id, partner.name FROM res_users person"
                " JOIN res_partner partner ON partner.id = person.partner_id"
            )
        return SQL(
            "SELECT id, %s AS name FROM hr_department",
            self.env["hr.department"]._field_to_sql("hr_department", "name"),
        )

    @api.model
    def _reader(self):
        """Return the current user's time zone, whether they have left the boards, and which company
        they are of."""
        self.env["res.partner"].flush_model(["tz"])
        [reader] = self.env.execute_query(
            SQL(
                "SELECT COALESCE(partner.tz, calendar.tz, 'UTC'),"
                " COALESCE(account.is_off_boards, FALSE), person.company_id"
                " FROM res_users person"
                " JOIN res_partner partner ON partner.id = person.partner_id"
                " JOIN res_company company ON company.id = person.company_id"
                " LEFT JOIN resource_calendar calendar"
                " ON calendar.id = company.resource_calendar_id"
                " LEFT JOIN collab_point_account account ON account.user_id = person.id"
                " WHERE person.id = %s",
                self.env.uid,
            )
        )
        return reader

    @api.model
    def _mine(self, kind, received, rows, is_out):
        """Return what the board says to its reader.

        :param bool is_out: whether no points bring them onto it
        """
        found = self.env.execute_query(
            SQL("SELECT points FROM (%s) received WHERE user_id = %s", received, self.env.uid)
        )
        points = found[0][0] if found else 0
        if is_out or kind != "people" or any(row["id"] == self.env.uid for row in rows):
            return {"points": points, "more": 0}
        last = rows[-1]["points"] if len(rows) == TOP else 0
        return {"points": points, "more": last + 1 - points}
