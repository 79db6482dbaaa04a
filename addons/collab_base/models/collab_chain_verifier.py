import logging
from collections import defaultdict
from itertools import islice

import psycopg2

from odoo import api, models
from odoo.tools import SQL

from ..core.chain import Finding, Row, check_rows

_logger = logging.getLogger(__name__)

#: Rows read at a time.
BATCH = 2_000

#: What the driver raises on a value that Python cannot hold: a date before Christ, a
#: number of ten thousand digits. Nobody writes such values but in SQL.
UNREADABLE = (ArithmeticError, RecursionError, ValueError, psycopg2.DataError)

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
        anchor = self.env["collab.chain.anchor"].sudo()
        if not models:
            findings += self._readable(anchor, self._missing_models(doubtful))
            models = anchor._chain_model_names()
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

    def _readable(self, model, findings):
        """Return findings, and one more if their log cannot be read further: whatever was
        done to one log, the others are still verified.

        :param findings: iterator of them, which reads as it goes
        """
        found = []
        try:
            with self.env.cr.savepoint():
                found.extend(findings)
        except psycopg2.OperationalError:
            raise  # the database itself: it says nothing about the log
        except Exception as error:  # whatever the tables were made to be
            _logger.warning("Audit log: %s cannot be read", model._name, exc_info=True)
            found.append(self._unreadable_finding(model, error))
        return found

    # ------------------------------------------------------------------
    # One log
    # ------------------------------------------------------------------

    def _missing_models(self, doubtful):
        """Yield findings of logs that were anchored and whose whole model is gone."""
        anchor = self.env["collab.chain.anchor"]
        present = set(anchor._chain_model_names())
        for model_name, index in anchor._anchored_model_names(doubtful).items():
            if model_name not in present:
                message = self.env._(
                    "The log “%(log)s”, which anchor %(anchor)s remembers, is no longer "
                    "part of this database: its module was uninstalled.",
                    log=model_name,
                    anchor=index,
                )
                yield Finding(model_name, 0, None, None, "chain_missing", message)

    def _verify_model(self, model_name, limit, doubtful=()):
        model = self.env[model_name].sudo()
        findings, covered = [], defaultdict(list)
        for part in (
            self._row_findings(model, covered),
            self._point_findings(model, covered, doubtful),
            self._parent_findings(model, covered, limit),
        ):
            findings += self._readable(model, islice(part, max(0, limit - len(findings))))
        return findings

    def _row_findings(self, model, covered):
        """Yield what the rows tell against themselves.

        :param dict covered: parent id → spans of indexes about which something was said;
            added to
        """
        for deviation in check_rows(model._name, self._stream(model)):
            covered[deviation.parent_id].append((deviation.first, deviation.last))
            yield self._finding(model, deviation)

    def _point_findings(self, model, covered, doubtful):
        """Yield what the anchors tell against the rows."""
        for point in self._broken_points(model, doubtful):
            spans = covered[point["parent_id"]]
            if any(first <= point["chain_index"] <= last for first, last in spans):
                continue
            # one finding a chain for its end, all of its rows past it are gone
            last = point["chain_index"]
            spans.append((point["length"] + 1, last) if not point["hash"] else (last, last))
            yield self._point_finding(model, point)

    def _parent_findings(self, model, covered, limit):
        """Yield what the logs tell against the records that they belong to."""
        for parent_id in model._chain_contradicted(limit):
            if parent_id not in covered:
                yield self._contradiction_finding(model, parent_id)

    def _stream(self, model):
        """Yield all rows of `model` by parent and index, reading batch by batch.

        A batch in which a value cannot be read is halved until the row is alone; that one
        is yielded without hash and content, thus unsound.
        """
        model.flush_model()
        for key in self.env.execute_query(self._unplaced_sql(model)):
            yield Row(*key, None, None, None, {})
        columns = ["previous_hash", "hash", "create_date", *model._chain_fields]
        after, size = (-(2**31), 0, 0), BATCH
        while True:
            try:
                batch = self.env.execute_query(self._batch_sql(model, columns, after, size))
            except UNREADABLE:
                if size > 1:
                    size //= 2
                    continue
                [key] = batch = self.env.execute_query(self._batch_sql(model, (), after, size))
                yield Row(*key, None, None, None, {})
            else:
                for row in batch:
                    yield Row(*row[:6], dict(zip(model._chain_fields, row[6:], strict=True)))
            if len(batch) < size:
                return
            after, size = batch[-1][:3], min(2 * size, BATCH)

    def _batch_sql(self, model, columns, after, size):
        parent = model._chain_parent_sql("row")
        return SQL(
            """
            SELECT %(columns)s
              FROM %(table)s row
             WHERE (%(parent)s, row.chain_index, row.id) > %(after)s
               AND row.chain_index IS NOT NULL
          ORDER BY %(parent)s, row.chain_index, row.id
             LIMIT %(limit)s
            """,
            parent=parent,
            columns=SQL(", ").join(
                [parent, *(SQL.identifier("row", n) for n in ("chain_index", "id", *columns))]
            ),
            table=SQL.identifier(model._table),
            after=tuple(after),
            limit=size,
        )

    def _unplaced_sql(self, model):
        """Return a query of rows without parent or index, which are in no chain; the columns
        require both, until somebody changes them."""
        parent = model._chain_parent_sql("row")
        return SQL(
            """
            SELECT COALESCE(%(parent)s, 0), 0, row.id
              FROM %(table)s row
             WHERE %(parent)s IS NULL OR row.chain_index IS NULL
          ORDER BY 1, 3
             LIMIT %(limit)s
            """,
            parent=parent,
            table=SQL.identifier(model._table),
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
        deviations = check_rows(anchor._name, self._stream(anchor))
        findings = self._readable(anchor, (self._finding(anchor, one) for one in deviations))
        findings += self._readable(anchor, self._verify_last_anchor(anchor, findings))
        return findings[:limit]

    def _verify_last_anchor(self, anchor, findings):
        """Compare the newest anchor with what was remembered of it elsewhere."""
        index, hash_ = anchor._remembered()
        names = ["chain_index", "hash"]  # what else they hold may be unreadable
        last = anchor.search_fetch([("chain_index", ">", 0)], names, limit=1)
        if last.chain_index < index:
            yield self._anchor_tail_finding(anchor, last.chain_index + 1, index)
            return
        named = {finding.chain_index for finding in findings}
        stored = anchor.search_fetch([("chain_index", "=", index)], names, limit=1)
        if last.chain_index > index or (stored.hash or "") != hash_:
            if last.chain_index not in named:
                yield self._anchor_head_finding(anchor, last)

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

    def _unreadable_finding(self, model, error):
        message = self.env._(
            "%(place)s: it cannot be read to its end (%(error)s).",
            error=error,
            **self._place(model, 0),
        )
        return Finding(model._name, 0, None, None, "unreadable", message)

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
