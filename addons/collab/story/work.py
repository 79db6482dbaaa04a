"""What people do day by day, and how content they are with it."""

from datetime import datetime, time, timedelta

from odoo import fields

from odoo.addons.collab_base.bulk import insert_rows

from .months import MONTHS, days_of, first_day, is_summer, moment_of

#: Share of those who used it at once; the last of the others have begun in the last months
AT_ONCE = 0.45
#: Share of finished activities that were in time: at the beginning, and by how much it has grown
IN_TIME = 0.58, 0.32
#: What people answer to the question of the month, likewise
CONTENT = 3.2, 0.9
TASKS = (
    "Ask for an offer",
    "Confirm the delivery date",
    "Check the invoice",
    "Call back",
    "Send the price list",
    "Clear up the complaint",
)


def tell_work(users, chance):
    """Have people log in, do something, and finish activities.

    :return: set of (number of a month, user) in which somebody has done something
    """
    today = fields.Date.today()
    working = users._collab_working_days(first_day(0), today)
    logins, messages, activities, active = [], [], [], set()
    for place, user in enumerate(users):
        began = MONTHS * (place / len(users) - AT_ONCE) / (1 - AT_ONCE)
        for number in range(MONTHS + 1):
            days = days_of(working[user.id], number)
            takes_part = number >= began and chance.random() < (
                0.6 if is_summer(number) else 0.84 + 0.06 * number / MONTHS
            )
            share = 0.25 + 0.5 * number / MONTHS if takes_part else 0.08
            came = [day for day in days if chance.random() < share]
            logins += [(user.id, moment_of(day, chance)) for day in came]
            if takes_part and came:
                active.add((number, user))
                messages += [
                    (user, moment_of(day, chance)) for day in came if chance.random() < 0.7
                ] or [(user, moment_of(came[0], chance))]
                activities += finished(user, came, number, chance)
    insert_logins(users.env, logins)
    insert_messages(users.env, messages)
    insert_activities(users.env, activities, chance)
    return active


def finished(user, days, number, chance):
    """Return the activities that somebody has finished in a month: user, day on which each was
    planned, deadline, day on which it was finished."""
    progress, found = number / MONTHS, []
    for day in chance.sample(days, min(len(days), chance.choice((1, 2, 2, 3)))):
        took = round(chance.uniform(1, 11 - 6 * progress))
        in_time = chance.random() < IN_TIME[0] + IN_TIME[1] * progress
        late = -chance.randrange(3) if in_time else chance.randrange(1, 5)
        found.append((user, day - timedelta(days=took), day - timedelta(days=late), day))
    return found


# The ORM would say itself by whom these were made, and when.


def insert_logins(env, logins):
    env.cr.execute_values("INSERT INTO res_users_log (create_uid, create_date) VALUES %s", logins)
    env["res.users"].invalidate_model(["log_ids", "login_date"], flush=False)


def insert_messages(env, messages):
    """Note that people have done something, of which nothing is left to be read."""
    env.cr.execute_values(
        "INSERT INTO mail_message (message_type, author_id, create_uid, create_date, date)"
        " VALUES %s",
        [
            ("notification", user.partner_id.id, user.id, moment, moment)
            for user, moment in messages
        ],
    )


def insert_activities(env, activities, chance):
    contacts = env["res.partner"].search([("is_company", "=", True)], limit=12)
    model_id = env["ir.model"]._get_id("res.partner")
    type_id = env.ref("mail.mail_activity_data_todo").id
    rows = []
    for user, planned, deadline, done in activities:
        contact = chance.choice(contacts)
        about = ("res.partner", model_id, contact.id, contact.name, type_id)
        when = (datetime.combine(planned, time(8)), deadline, done)
        rows.append((*about, chance.choice(TASKS), user.id, user.id, *when, False))
    env.cr.execute_values(
        "INSERT INTO mail_activity (res_model, res_model_id, res_id, res_name, activity_type_id,"
        " summary, user_id, create_uid, create_date, date_deadline, date_done, active)"
        " VALUES %s",
        rows,
    )


def tell_answers(users, active, chance):
    """Have most of those who took part answer to the question of each month that is over."""
    rows = []
    for number in range(MONTHS):
        mood = CONTENT[0] + CONTENT[1] * number / (MONTHS - 1)
        for user in users:
            if (number, user) in active and chance.random() < 0.95:
                # up or down, so that they come to the mood on average
                score = min(5, int(mood + chance.choice((-0.5, 0, 0.5)) + chance.random()))
                rows.append(
                    {
                        "user_id": user.id,
                        "month": first_day(number),
                        "score": score,
                        "company_id": user.company_id.id,
                        "department_id": user.sudo().employee_id.department_id.id or None,
                    }
                )
    insert_rows(users.env["collab.pulse"], rows)
