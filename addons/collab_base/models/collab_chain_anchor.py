import json
import logging

from odoo import api, fields, models
from odoo.tools import SQL

from ..log import append

_logger = logging.getLogger(__name__)

#: Where the newest anchor is remembered besides the table itself.
HEAD_PARAMETER = "collab_base.chain_anchor_head"

#: Heads kept by one anchor; a day with more takes several anchors.
HEADS_PER_ANCHOR = 10_000

#: The points of one log in the content of an anchor: ``[record, length, hash]``
POINTS = """strict $[*] ? (
    @[0] >= $min && @[0] <= $max && @[1] >= $min && @[1] <= $max && @.type() == "array"
)"""


class CollabChainAnchor(models.Model):
    """What the heads of all chains were at some moment.

    A chain alone does not show that its last rows are gone, or all of them. The
    anchors do: each keeps the length and the last hash of every chain that has
    changed since the anchors before it, and they are a chain themselves.
    """

    _name = "collab.chain.anchor"
    _description = "Audit Log Anchor"
    _inherit = ["collab.chain.mixin"]
    _order = "chain_index desc"

    _chain_parent = None
    _chain_fields = ("content", "chain_count")

    content = fields.Json(
        readonly=True,
        required=True,
        help="For each log, the chains that changed: record, length, last hash.",
    )
    chain_count = fields.Integer(
        string="Chains",
        readonly=True,
        help="How many chains had changed since the anchor before.",
    )

    @api.depends("chain_index")
    def _compute_display_name(self):
        for anchor in self:
            anchor.display_name = self.env._("Anchor %s", anchor.chain_index)

    # ------------------------------------------------------------------
    # Anchoring
    # ------------------------------------------------------------------

    @api.model
    def _cron_anchor(self):
        """Anchor all chains that have changed; called daily.

        Each anchor is committed by itself, so that a run that is cut short is
        taken up by the next one, and one with nothing new adds nothing.
        """
        while anchor := self._anchor():
            remaining = int(anchor.chain_count >= HEADS_PER_ANCHOR)
            if not self.env["ir.cron"]._commit_progress(anchor.chain_count, remaining=remaining):
                break

    @api.model
    def _anchor(self):
        """Append one anchor for chains that have changed since they were anchored.

        :return: the anchor; none if no chain has changed
        """
        content, count = {}, 0
        for model_name in self._chain_model_names():
            if heads := self._changed_heads(model_name, HEADS_PER_ANCHOR - count):
                content[model_name] = heads
                count += len(heads)
        if not count:
            return self.browse()
        anchor = append(self, [{"content": content, "chain_count": count}])
        self._remember(anchor)
        return anchor

    def _remember(self, anchor):
        """Keep the newest anchor outside of the table as well.

        In the server's own log, above all: that is the copy which somebody with
        access to the database alone cannot change.
        """
        head = f"{anchor.chain_index}:{anchor.hash}"
        self.env["ir.config_parameter"].sudo().set_param(HEAD_PARAMETER, head)
        _logger.info("Audit log anchor %s, %s chains", head, anchor.chain_count)

    def _remembered(self):
        """Return ``(chain_index, hash)`` of the newest anchor, ``(0, "")`` if none."""
        head = self.env["ir.config_parameter"].sudo().get_param(HEAD_PARAMETER) or "0:"
        index, _, hash_ = head.partition(":")
        try:
            return int(index), hash_
        except ValueError:
            return 0, hash_

    def _chain_model_names(self):
        """Return the names of the logs of this database, but the anchors."""
        mixin = self.pool["collab.chain.mixin"]
        return sorted(
            name
            for name, model in self.pool.items()
            if issubclass(model, mixin) and not model._abstract and name != self._name
        )

    def _changed_heads(self, model_name, limit):
        """Return ``[[parent_id, length, hash], ...]`` of what is not yet anchored.

        Compares all heads with all anchors: that is exact, whatever the order in
        which transactions were committed.
        """
        if limit <= 0:
            return []
        model = self.env[model_name]
        rows = self.env.execute_query(
            SQL(
                """
                WITH point AS (%(points)s),
                anchored AS (
                    SELECT DISTINCT ON (parent_id) parent_id, hash
                      FROM point
                  ORDER BY parent_id, anchor_index DESC
                ),
                head AS (
                    SELECT DISTINCT ON (%(parent)s)
                           %(parent)s AS parent_id, row.chain_index, row.hash
                      FROM %(table)s row
                     WHERE %(parent)s IS NOT NULL AND row.chain_index IS NOT NULL
                  ORDER BY %(parent)s, row.chain_index DESC
                )
                SELECT head.parent_id, head.chain_index, head.hash
                  FROM head
             LEFT JOIN anchored USING (parent_id)
                 WHERE anchored.hash IS DISTINCT FROM head.hash
              ORDER BY head.parent_id
                 LIMIT %(limit)s
                """,
                points=self._points_sql(model_name),
                parent=model._chain_parent_sql("row"),
                table=SQL.identifier(model._table),
                limit=limit,
            )
        )
        return [list(row) for row in rows]

    def _points_sql(self, model_name, without=()):
        """Return a query of all that the anchors tell about the chains of a model.

        What is no point is passed over: it is the verifier's part to name such an anchor.

        :param without: indexes of anchors not to believe
        """
        return SQL(
            """
            SELECT (point.head->0)::int AS parent_id,
                   (point.head->1)::int AS chain_index,
                   point.head->>2 AS hash,
                   anchor.chain_index AS anchor_index
              FROM collab_chain_anchor anchor,
                   jsonb_path_query(
                       anchor.content->%(model)s, %(points)s, %(range)s, silent => TRUE
                   ) AS point(head)
             WHERE anchor.chain_index != ALL(%(without)s)
               AND anchor.chain_index IS NOT NULL
            """,
            model=model_name,
            points=POINTS,
            range=json.dumps({"min": -(2**31), "max": 2**31 - 1}),
            without=list(without),
        )

    def _anchored_model_names(self, without=()):
        """Return ``{name: newest anchor}`` of the logs that were ever anchored."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT log.name, MAX(anchor.chain_index)
                  FROM collab_chain_anchor anchor,
             LATERAL (SELECT key #>> '{}'
                        FROM jsonb_path_query(
                             anchor.content, 'strict $.keyvalue().key', silent => TRUE
                             ) AS key
                     ) AS log(name)
                 WHERE anchor.chain_index != ALL(%s)
              GROUP BY log.name
              ORDER BY log.name
                """,
                list(without),
            )
        )
        return dict(rows)
