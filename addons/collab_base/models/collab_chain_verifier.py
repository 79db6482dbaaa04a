import logging
from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

from ..core.chain import Finding, Row, check_rows

_logger = logging.getLogger(__name__)

#: Rows read at a time.
BATCH = 2_000

#: Findings told in a message; the page has all of them.
MAILED = 20


class CollabChainVerifier(models.AbstractModel):
    """Finds what was changed in the logs behind the ORM."""

    _name = "collab.chain.verifier"
    _description = "Audit Log Verification"

    @api.model
    def _verify(self, models=None, limit=1000):
        """Check logs against themselves and against their anchors.

        Reads every row once, a batch at a time. Sees all companies: a chain is
        sound or it is not, whoever looks at it.

        :param models: names of the logs, all of them by default. The anchors are
            checked in any case.
        :param limit: stop after so many findings
        :return: list of :class:`~odoo.addons.collab_base.core.chain.Finding`
        """
        findings = self._verify_anchors(limit)
        doubtful = [finding.chain_index for finding in findings if finding.row_id]
        if not models:
            findings += self._verify_models_exist(doubtful)
            models = self.env["collab.chain.anchor"]._chain_model_names()
        for model_name in models:
            if len(findings) >= limit:
                break
            findings += self._verify_model(model_name, limit - len(findings), doubtful=doubtful)
        return findings[:limit]

    @api.model
    def _cron_verify(self):
        """Verify everything and tell the administrators of Collab; called weekly.

        They are told every time: what would remember that they know could be written by
        whoever wants them not to know.
        """
        findings = self._verify()
        for finding in findings:
            _logger.error("Audit log: %s", finding.message)
        if findings:
            self._notify_admins(findings)

    # ------------------------------------------------------------------
    # One log
    # ------------------------------------------------------------------

    def _verify_models_exist(self, doubtful):
        """Find logs that were anchored and whose whole model is gone."""
        anchor = self.env["collab.chain.anchor"]
        present = set(anchor._chain_model_names())
        return [
            Finding(
                model_name,
                0,
                None,
                None,
                "chain_missing",
                self.env._(
                    "The log “%(log)s”, which anchor %(anchor)s remembers, is no longer "
                    "part of this database: its module was uninstalled.",
                    log=model_name,
                    anchor=index,
                ),
            )
            for model_name, index in anchor._anchored_model_names(doubtful).items()
            if model_name not in present
        ]

    def _verify_model(self, model_name, limit, doubtful=()):
        model = self.env[model_name].sudo()
        findings, covered = [], defaultdict(list)
        for deviation in check_rows(model_name, self._stream(model)):
            covered[deviation.parent_id].append((deviation.first, deviation.last))
            findings.append(self._finding(model, deviation))
            if len(findings) >= limit:
                return findings
        for point in self._broken_points(model, doubtful):
            spans = covered[point["parent_id"]]
            if any(first <= point["chain_index"] <= last for first, last in spans):
                continue
            # one finding a chain for its end, all of its rows past it are gone
            last = point["chain_index"]
            spans.append((point["length"] + 1, last) if not point["hash"] else (last, last))
            findings.append(self._point_finding(model, point))
            if len(findings) >= limit:
                return findings
        findings += [
            self._contradiction_finding(model, parent_id)
            for parent_id in model._chain_contradicted(limit - len(findings))
            if parent_id not in covered
        ]
        return findings

    def _stream(self, model):
        """Yield all rows of `model` by parent and index, reading batch by batch."""
        model.flush_model()
        columns = list(model._chain_fields)
        after = (-1, 0, 0)
        while True:
            batch = self.env.execute_query(self._batch_sql(model, columns, after))
            for parent_id, index, row_id, previous_hash, hash_, created, *values in batch:
                yield Row(
                    parent_id,
                    index,
                    row_id,
                    previous_hash,
                    hash_,
                    created,
                    dict(zip(columns, values, strict=True)),
                )
            if len(batch) < BATCH:
                return
            after = batch[-1][:3]

    def _batch_sql(self, model, columns, after):
        parent = model._chain_parent_sql("row")
        return SQL(
            """
            SELECT %(parent)s, row.chain_index, row.id,
                   row.previous_hash, row.hash, row.create_date, %(columns)s
              FROM %(table)s row
             WHERE (%(parent)s, row.chain_index, row.id) > %(after)s
          ORDER BY %(parent)s, row.chain_index, row.id
             LIMIT %(limit)s
            """,
            parent=parent,
            columns=SQL(", ").join(SQL.identifier("row", name) for name in columns),
            table=SQL.identifier(model._table),
            after=tuple(after),
            limit=BATCH,
        )

    def _broken_points(self, model, doubtful):
        """Return what the anchors remember of `model` and the rows do not tell.

        Every anchor is asked, not only the last one: a chain that was written
        anew is anchored anew too, but its old anchors stay.

        :param doubtful: indexes of anchors that were themselves changed
        :return: list of dicts ``parent_id``, ``chain_index`` and ``anchor_index``
            of the anchored row, its ``row_id`` and ``hash`` today (``None`` if it
            is gone), ``length`` of the chain today
        """
        anchor = self.env["collab.chain.anchor"]
        query = SQL(
            """
            WITH point AS (%(points)s)
            SELECT point.parent_id, point.chain_index, point.anchor_index,
                   row.id AS row_id, row.hash,
                   COALESCE(tail.length, 0) AS length
              FROM point
         LEFT JOIN %(table)s row
                ON %(parent)s = point.parent_id
               AND row.chain_index = point.chain_index
 LEFT JOIN LATERAL (
                SELECT MAX(sibling.chain_index) AS length
                  FROM %(table)s sibling
                 WHERE %(sibling_parent)s = point.parent_id
                   AND row.id IS NULL
                   ) tail ON TRUE
             WHERE row.hash IS DISTINCT FROM point.hash
          ORDER BY point.parent_id, point.chain_index DESC, point.anchor_index
            """,
            points=anchor._points_sql(model._name, without=doubtful),
            table=SQL.identifier(model._table),
            parent=model._chain_parent_sql("row"),
            sibling_parent=model._chain_parent_sql("sibling"),
        )
        return self.env.execute_query_dict(query)

    # ------------------------------------------------------------------
    # The anchors
    # ------------------------------------------------------------------

    def _verify_anchors(self, limit):
        anchor = self.env["collab.chain.anchor"].sudo()
        findings = [
            self._finding(anchor, deviation)
            for deviation in check_rows(anchor._name, self._stream(anchor))
        ]
        findings += self._verify_last_anchor(anchor, findings)
        return findings[:limit]

    def _verify_last_anchor(self, anchor, findings):
        """Compare the newest anchor with what was remembered of it elsewhere."""
        index, hash_ = anchor._remembered()
        last = anchor.search([], limit=1)
        if last.chain_index < index:
            return [self._anchor_tail_finding(anchor, last.chain_index + 1, index)]
        named = {finding.chain_index for finding in findings}
        stored = anchor.search([("chain_index", "=", index)], limit=1)
        if last.chain_index > index or (stored.hash or "") != hash_:
            if last.chain_index not in named:
                return [self._anchor_head_finding(anchor, last)]
        return []

    # ------------------------------------------------------------------
    # Findings in words
    # ------------------------------------------------------------------

    def _finding(self, model, deviation):
        """Return the finding for what `check_rows` has seen."""
        kind = deviation.kind
        if model._name == "collab.chain.anchor":
            kind = "anchor_missing" if kind == "missing" else "anchor_altered"
        return Finding(
            model._name,
            deviation.parent_id,
            deviation.row_id,
            deviation.first,
            kind,
            self._finding_message(model, deviation),
        )

    def _finding_message(self, model, deviation):
        terms = self._place(model, deviation.parent_id) | {
            "index": deviation.first,
            "last": deviation.last,
        }
        if deviation.kind == "altered":
            return self.env._("%(place)s: row %(index)s was changed after it was written.", **terms)
        if deviation.kind == "inserted":
            return self.env._("%(place)s: row %(index)s was put in from outside.", **terms)
        if deviation.first == deviation.last:
            return self.env._("%(place)s: row %(index)s is missing.", **terms)
        return self.env._("%(place)s: rows %(index)s to %(last)s are missing.", **terms)

    def _point_finding(self, model, point):
        """Return the finding for an anchor that the rows contradict."""
        terms = self._place(model, point["parent_id"]) | {
            "anchor": point["anchor_index"],
            "index": point["chain_index"],
            "first": point["length"] + 1,
        }
        index = point["chain_index"]
        if point["row_id"]:
            kind = "altered"
            message = self.env._(
                "%(place)s: row %(index)s is not the one that anchor %(anchor)s "
                "remembers; the log was written anew.",
                **terms,
            )
        elif not point["length"]:
            kind, index = "chain_missing", None
            message = self.env._(
                "%(place)s: the whole log is missing, which had %(index)s rows at "
                "anchor %(anchor)s.",
                **terms,
            )
        else:
            kind, index = "tail_missing", point["length"] + 1
            message = self.env._(
                "%(place)s: the end is missing, from row %(first)s to row %(index)s, "
                "which anchor %(anchor)s remembers.",
                **terms,
            )
        return Finding(model._name, point["parent_id"], point["row_id"], index, kind, message)

    def _contradiction_finding(self, model, parent_id):
        message = self.env._(
            "%(place)s: the record is not as its log tells: it was changed, or rows are missing.",
            **self._place(model, parent_id),
        )
        return Finding(model._name, parent_id, None, None, "contradicted", message)

    def _anchor_tail_finding(self, anchor, first, last):
        message = self.env._(
            "Anchors %(first)s to %(last)s are missing, the newest ones.",
            first=first,
            last=last,
        )
        return Finding(anchor._name, 0, None, first, "anchor_missing", message)

    def _anchor_head_finding(self, anchor, last):
        message = self.env._(
            "Anchor %(index)s is not the one that was remembered outside of the table.",
            index=last.chain_index,
        )
        return Finding(anchor._name, 0, last.id, last.chain_index, "anchor_altered", message)

    def _place(self, model, parent_id):
        """Return how a chain is called in a finding."""
        if not parent_id:
            return {"place": model._description}
        parent = model._fields[model._chain_parent].comodel_name
        place = self.env._(
            "%(log)s of %(record)s %(id)s",
            log=model._description,
            record=self.env[parent]._description,
            id=parent_id,
        )
        return {"place": place}

    # ------------------------------------------------------------------
    # Telling
    # ------------------------------------------------------------------

    def _notify_admins(self, findings):
        """Send the findings to the administrators of Collab."""
        admins = self.env.ref("collab_base.group_collab_admin").sudo().all_user_ids
        for lang, users in admins.grouped("lang").items():
            verifier = self.with_context(lang=lang)
            self.env["mail.thread"].message_notify(
                partner_ids=users.partner_id.ids,
                subject=verifier.env._("The audit log was tampered with"),
                body=verifier._notification_body(findings),
            )

    def _notification_body(self, findings):
        more = len(findings) - MAILED
        return self.env["ir.qweb"]._render(
            "collab_base.chain_findings_mail",
            {
                "findings": findings[:MAILED],
                "more": more > 0 and self.env._("… and %s more.", more),
            },
        )
