"""Collab and its peer, each doing the same things by its own public interface."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import product
from typing import Protocol

from rows import copy_rows

from odoo import Command
from odoo.api import Environment

from .data import APPROVERS

MODEL = "purchase.order"
#: The orders that need approvals: on both sides all of them meet it, and it is judged
DOMAIN = [("amount_total", ">", 100)]
#: The field that stays editable under review
FREE_FIELD = "partner_ref"


class Side(Protocol):
    modules: Collection[str]

    def configure(self, env: Environment) -> None:
        """Have the orders approved in three steps, one person each, one after another."""

    def submit(self, env: Environment, orders: Sequence[int]) -> None:
        """Ask for the approval of ``orders``."""

    def approve(self, env: Environment, handles: Sequence[int]) -> None:
        """Approve as the user of ``env``."""

    def handles(self, env: Environment, orders: Sequence[int]) -> list[int]:
        """Return what :meth:`approve` takes for ``orders``; a client knows it already."""

    def tell(self, env: Environment, whether: bool) -> None:
        """Write to the next one who is asked, by inbox, or leave it to the client to show."""

    def count(self, env: Environment) -> int:
        """Return how many orders wait for the user of ``env``, as the client asks it."""

    def load_pending(self, env: Environment, pattern: int, orders: Sequence[int]) -> None:
        """Bring ``orders`` to where the order ``pattern`` is, in SQL."""


class Ours:
    modules = ("collab_approval_purchase",)

    def configure(self, env: Environment) -> None:
        env["collab.approval.policy"].search([]).action_retire()
        fields = env["ir.model.fields"]._get
        state = fields(MODEL, "state")
        policy = env["collab.approval.policy"].create(
            {
                "name": "Bench",
                "model_id": state.model_id.id,
                "field_id": state.id,
                "value_id": state.selection_ids.filtered(lambda s: s.value == "purchase").id,
                "domain": repr(DOMAIN),
                "fallback_user_ids": [Command.set(env.ref("base.user_admin").ids)],
                "free_field_ids": [Command.set(fields(MODEL, FREE_FIELD).ids)],
                "stage_ids": [
                    Command.create(
                        {
                            "name": user.name,
                            "sequence": number,
                            "step_ids": [
                                Command.create(
                                    {
                                        "name": user.name,
                                        "source": "users",
                                        "user_ids": [Command.set(user.ids)],
                                    }
                                )
                            ],
                        }
                    )
                    for number, user in enumerate(_approvers(env))
                ],
            }
        )
        policy.action_publish()

    def submit(self, env: Environment, orders: Sequence[int]) -> None:
        env["collab.approval.request"].submit(MODEL, orders)

    def approve(self, env: Environment, handles: Sequence[int]) -> None:
        env["collab.approval.request"].browse(handles).action_approve()

    def handles(self, env: Environment, orders: Sequence[int]) -> list[int]:
        requests = env["collab.approval.request"].sudo()
        return requests.search([("res_model", "=", MODEL), ("res_id", "in", orders)]).ids

    def tell(self, env: Environment, whether: bool) -> None:
        """Nothing to choose: the cron always writes."""

    def count(self, env: Environment) -> int:
        return env["collab.approval.task"]._count_mine()

    def load_pending(self, env: Environment, pattern: int, orders: Sequence[int]) -> None:
        copy_rows(env, "collab_approval_request", "res_id", product([pattern], orders))
        [source] = self.handles(env, [pattern])
        requests = list(product([source], self.handles(env, orders)))
        copy_rows(env, "collab_approval_task", "request_id", requests)
        copy_rows(env, "collab_approval_log", "request_id", requests)


class Peer:
    modules = ("purchase_tier_validation",)

    def configure(self, env: Environment) -> None:
        model = env["ir.model"]._get(MODEL)
        env["tier.definition"].create(
            [
                {
                    "name": user.name,
                    "model_id": model.id,
                    "definition_domain": repr(DOMAIN),
                    "review_type": "individual",
                    "reviewer_id": user.id,
                    "approve_sequence": True,
                    "sequence": 30 - number,  # the highest comes first
                }
                for number, user in enumerate(_approvers(env))
            ]
        )
        env["tier.validation.exception"].create(
            {
                "model_id": model.id,
                "field_ids": [Command.set(env["ir.model.fields"]._get(MODEL, FREE_FIELD).ids)],
                "allowed_to_write_under_validation": True,
            }
        )

    def submit(self, env: Environment, orders: Sequence[int]) -> None:
        env[MODEL].browse(orders).request_validation()

    def approve(self, env: Environment, handles: Sequence[int]) -> None:
        for order in env[MODEL].browse(handles):  # it takes one at a time
            order.validate_tier()

    def handles(self, env: Environment, orders: Sequence[int]) -> list[int]:
        return list(orders)

    def tell(self, env: Environment, whether: bool) -> None:
        env["tier.definition"].search([]).notify_on_pending = whether

    def count(self, env: Environment) -> int:
        return sum(group["pending_count"] for group in env["res.users"].review_user_count())

    def load_pending(self, env: Environment, pattern: int, orders: Sequence[int]) -> None:
        copy_rows(env, "tier_review", "res_id", product([pattern], orders))
        env.cr.execute(
            "UPDATE purchase_order SET validation_status = 'pending' WHERE id IN %s",
            (tuple(orders),),
        )
        env.invalidate_all()
        copy_rows(
            env,
            "res_users_tier_review_rel",
            "tier_review_id",
            self._same_tier(env, pattern, orders),
        )

    def _same_tier(
        self, env: Environment, pattern: int, orders: Sequence[int]
    ) -> Iterator[tuple[int, int]]:
        reviews = env["tier.review"].search([("model", "=", MODEL), ("res_id", "=", pattern)])
        sources = {review.sequence: review.id for review in reviews}
        for review in reviews.search([("model", "=", MODEL), ("res_id", "in", orders)]):
            yield sources[review.sequence], review.id


def _approvers(env: Environment):
    users = env["res.users"].search([("login", "in", APPROVERS)])
    return users.sorted(lambda user: APPROVERS.index(user.login))
