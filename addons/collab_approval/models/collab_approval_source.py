from collections import namedtuple
from functools import partial

from odoo import api, models

from ..core import Asked, Facts, make_plan

#: What is decided about one document: its :class:`..core.Plan`, the ids of the users who
#: are barred as it is their own case, and the user whose case it is
Case = namedtuple("Case", "plan barred owner")


class CollabApprovalSource(models.AbstractModel):
    """Finds out whom the steps of a policy ask.

    Each value of ``collab.approval.step.source`` has a method here,
    ``_asked_<source>``; to add a source, add the value and the method.
    """

    _name = "collab.approval.source"
    _description = "Approver Sources"

    @api.model
    def _cases(self, spec, records, requester):
        """Return record id → :class:`Case`, in the order of the records.

        :param spec: the policy version; all ``records`` are governed by it
        :param requester: the user who submits them
        """
        # whom a step asks is the same whatever the context of whoever submits
        self = self.with_env(self.env(context={}))
        records = records.sudo().with_env(self.env(su=True))
        owners = self._owners(spec, records, requester.with_env(self.env))
        facts = {record.id: [] for record in records}
        for step in spec.steps:
            applies = spec.filter_domain(records, step["domain"])
            asked = getattr(self, f"_asked_{step['source']}")(step, applies, owners)
            concerned = set(applies._ids)
            for record_id, known in facts.items():
                known.append((record_id in concerned, tuple(asked.get(record_id, ()))))
        fallback = [Asked("user", user.id) for user in self._able(spec.snapshot["fallback"])]
        plan = partial(_plan, spec, fallback, self._members(spec))
        plans, cases = {}, {}  # documents about which the same is true share a plan
        for record_id, known in facts.items():
            owner = owners[record_id][0]
            barred = () if spec.snapshot["self_approval"] else (requester | owner)._ids
            key = barred, tuple(known)
            if key not in plans:
                plans[key] = plan(*key)
            cases[record_id] = Case(plans[key], barred, owner)
        return cases

    @api.model
    def _able(self, users):
        """Return those of ``users`` (or ids of users) who can be asked."""
        if not isinstance(users, models.BaseModel):
            users = self.env["res.users"].browse(users)
        return users.sudo().filtered(lambda user: user.active and not user.share)

    @api.model
    def _members(self, spec):
        """Return group id → ids of its users, for the groups of a policy."""
        ids = {step["group"] for step in spec.steps if step["source"] == "group"}
        groups = self.env["res.groups"].sudo().browse(ids).exists()
        return {group.id: frozenset(self._able(group.all_user_ids).ids) for group in groups}

    @api.model
    def _owners(self, spec, records, requester):
        """Return record id → (user, employee) whose case it is."""
        fname = spec.snapshot["beneficiary"]
        if fname and fname in records._fields:
            people = {record.id: record[fname] or requester for record in records}
        else:
            people = dict.fromkeys(records.ids, requester)
        users = requester.browse().union(*(p for p in people.values() if p._name == "res.users"))
        employees = self._employees(users)
        result = {}
        for record in records:
            person = people[record.id]
            if person._name == "hr.employee":
                result[record.id] = person.user_id, person
            else:
                company = record.company_id if "company_id" in records._fields else self.env.company
                result[record.id] = (
                    person,
                    employees.get((person.id, company.id))
                    or employees.get((person.id, None), self.env["hr.employee"].sudo()),
                )
        return result

    @api.model
    def _employees(self, users):
        """Return (user id, company id) and (user id, None) → employee."""
        employees = (
            self.env["hr.employee"].sudo().search([("user_id", "in", users.ids)], order="id")
        )
        result = {}
        for employee in employees:
            result[employee.user_id.id, employee.company_id.id] = employee
            result.setdefault((employee.user_id.id, None), employee)
        return result

    # -- one method a source: return record id → people, in order ----------------

    @api.model
    def _asked_users(self, step, records, owners):
        asked = [Asked("user", user.id) for user in self._able(step["users"])]
        return dict.fromkeys(records.ids, asked)

    @api.model
    def _asked_group(self, step, records, owners):
        return dict.fromkeys(records.ids, (Asked("group", step["group"]),))

    @api.model
    def _asked_field(self, step, records, owners):
        if step["field"] not in records._fields:
            return {}
        people = records[step["field"]] if records else records
        users = people.user_id if people._name == "hr.employee" else people
        able = self._able(users) if users else users
        result = {}
        for record in records:
            people = record[step["field"]]
            users = people.user_id if people._name == "hr.employee" else people
            result[record.id] = [Asked("user", user.id) for user in users & able] if users else []
        return result

    @api.model
    def _asked_manager(self, step, records, owners):
        first, last = step["levels"]
        result = {record.id: [] for record in records}
        above = {record.id: owners[record.id][1].parent_id for record in records}
        seen = {record.id: owners[record.id][1] for record in records}
        for level in range(1, last + 1):
            for record in records:
                manager = above[record.id]
                if not manager or manager in seen[record.id]:
                    above[record.id] = manager.browse()  # the top, or a loop
                    continue
                seen[record.id] |= manager
                user = manager.user_id
                if level >= first and user.active and not user.share:
                    result[record.id].append(Asked("user", user.id))
                above[record.id] = manager.parent_id
        return result


def _plan(spec, fallback, members, barred, known):
    """Return the plan of documents.

    :param known: for each step of ``spec``, whether it applies and whom it asks
    """
    return make_plan(
        spec.stages,
        {step["key"]: Facts(*fact) for step, fact in zip(spec.steps, known, strict=True)},
        barred=barred,
        fallback=fallback,
        members=members,
        repeat=spec.repeat,
    )
