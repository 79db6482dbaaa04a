from psycopg2.extras import Json

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..core.chain import GENESIS, row_hash

#: Field types whose value reads back from the database as it was written.
CHAINABLE_TYPES = frozenset(
    {
        "boolean",
        "char",
        "date",
        "datetime",
        "float",
        "integer",
        "json",
        "many2one",
        "many2one_reference",
        "monetary",
        "reference",
        "selection",
        "text",
    }
)


class ChainIndex(models.UniqueIndex):
    """Unique index on (parent, index), whatever the parent of the model is."""

    def apply_to_database(self, model):
        columns = filter(None, (model._chain_parent, "chain_index"))
        index = models.UniqueIndex(f"({', '.join(columns)})", self.message)
        index.name = self.name
        index.apply_to_database(model)


class CollabChainMixin(models.AbstractModel):
    """Append-only rows, each bound by its hash to the one before it.

    A model that inherits this one is a log: rows are added by :func:`..log.append`
    and by nothing else, and never changed or deleted, by anybody. There is no
    key in the context that opens it: ``create``, ``write`` and ``unlink`` always
    refuse, and ``append`` is a function, thus out of reach of RPC and server actions.

    What is changed behind the ORM, in SQL, is found by
    ``collab.chain.verifier``.
    """

    _name = "collab.chain.mixin"
    _description = "Tamper-Evident Log"

    #: See ``ir.model.fields`` in ``collab_guard``
    _collab_kept = True

    #: Name of the many2one to the record that a chain belongs to; required, with
    #: ``ondelete="restrict"``. ``None`` makes the whole table one chain.
    _chain_parent = ""
    #: Names of the hashed fields. A field may be added later if it has no
    #: default; none may be removed, renamed or retyped.
    _chain_fields = ()

    chain_index = fields.Integer(
        string="No.", required=True, readonly=True, copy=False, aggregator=None
    )
    previous_hash = fields.Char(size=64, required=True, readonly=True, copy=False)
    hash = fields.Char(size=64, required=True, readonly=True, copy=False)

    _chain_uniq = ChainIndex(
        "(parent, chain_index)", "Another row was added to this log meanwhile."
    )

    # ------------------------------------------------------------------
    # Setup
    # ------------------------------------------------------------------

    @api.model
    def _post_model_setup__(self):  # pylint: disable=missing-return
        super()._post_model_setup__()
        if not self._abstract:
            self._check_chain_parent()
            self._check_chain_fields()

    def _check_chain_parent(self):
        """Refuse, while the registry is set up, a parent that lets rows go."""
        if self._chain_parent is None:
            return
        field = self._fields.get(self._chain_parent)
        if not (
            field
            and field.type == "many2one"
            and field.store
            and field.required
            and field.ondelete == "restrict"
        ):
            raise TypeError(
                f"{self._name}._chain_parent must name a stored, required many2one "
                f'with ondelete="restrict", not {self._chain_parent!r}'
            )

    def _check_chain_fields(self):
        """Refuse, while the registry is set up, what has no stable stored value."""
        if not self._chain_fields:
            raise TypeError(f"{self._name}._chain_fields is empty")
        for name in self._chain_fields:
            field = self._fields.get(name)
            if not self._is_chainable(field):
                raise TypeError(
                    f"{self._name}._chain_fields: {name!r} cannot be hashed. It must be "
                    "a plain stored field: not computed, not translated, not company "
                    'dependent; a many2one needs ondelete="restrict"'
                )

    def _is_chainable(self, field):
        return (
            field is not None
            and field.name not in CollabChainMixin._field_names()
            and field.type in CHAINABLE_TYPES
            and field.store
            and not (field.compute or field.translate or field.company_dependent)
            and (field.type != "many2one" or field.ondelete == "restrict")
        )

    @staticmethod
    def _field_names():
        return {"id", "chain_index", "previous_hash", "hash", *models.LOG_ACCESS_COLUMNS}

    # ------------------------------------------------------------------
    # The closed doors
    # ------------------------------------------------------------------

    # closed to everybody
    # pylint: disable=method-required-super
    @api.model_create_multi
    def create(self, vals_list):
        if not vals_list:
            return self.browse()
        raise AccessError(
            self.env._(
                "Rows of the log “%(log)s” are written by the application itself and "
                "by nobody else.",
                log=self._description,
            )
        )

    def write(self, vals):
        if not self:
            return True
        raise self._chain_refusal()

    # at uninstall too: a client can put the flag of an uninstallation into the
    # context, and a real one drops the table without asking its rows
    @api.ondelete(at_uninstall=True)
    def _unlink_except_never(self):
        raise self._chain_refusal()

    def _chain_refusal(self):
        return AccessError(
            self.env._(
                "The log “%(log)s” can only be added to: nobody can change or delete its rows.",
                log=self._description,
            )
        )

    # ------------------------------------------------------------------
    # For the verifier
    # ------------------------------------------------------------------

    @api.model
    def _chain_contradicted(self, limit):
        """Return ids of up to ``limit`` parents that are not as their log tells; to
        override, where what a parent is follows from its log.

        So rows are missed that went before their first anchor, and parents that were
        changed in SQL.
        """
        return []

    # ------------------------------------------------------------------
    # Linking rows, for :func:`..log.append`
    # ------------------------------------------------------------------

    def _chain_link(self, vals_list):
        """Return rows for the table: indexes and hashes added."""
        rows = self._chain_columns(vals_list)
        parents = [row[self._chain_parent] if self._chain_parent else 0 for row in rows]
        heads = self._chain_heads(set(parents))
        created = self.env.cr.now()
        for parent_id, row in zip(parents, rows, strict=True):
            index, previous_hash = heads.get(parent_id, (0, GENESIS))
            index += 1
            content = {
                name: _hashable(self._fields[name], row[name])
                for name in self._chain_fields
                if name in row
            }
            hash_ = row_hash(self._name, parent_id, index, previous_hash, created, content)
            row.update(chain_index=index, previous_hash=previous_hash, hash=hash_)
            heads[parent_id] = (index, hash_)
        return rows

    def _chain_columns(self, vals_list):
        """Return `vals_list` as rows for the table, all with the same columns."""
        names = set().union(*vals_list)
        fields_ = [self._fields[name] for name in names - self._field_names()]
        if relational := [field.name for field in fields_ if not field.column_type]:
            raise ValueError(f"{self._name}: no column for {', '.join(relational)}")
        rows = []
        for vals in vals_list:
            if self._chain_parent and not vals.get(self._chain_parent):
                raise ValueError(f"{self._name}: a row without {self._chain_parent}")
            rows.append(
                {
                    field.name: field.convert_to_column_insert(vals[field.name], self, vals)
                    if field.name in vals
                    else None
                    for field in fields_
                }
            )
        return rows

    def _chain_heads(self, parent_ids):
        """Return ``{parent_id: (chain_index, hash)}`` of the last rows, in one query."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT parent.id, head.chain_index, head.hash
                  FROM unnest(%(parent_ids)s) AS parent(id)
                  JOIN LATERAL (
                        SELECT row.chain_index, row.hash
                          FROM %(table)s row
                         WHERE %(parent)s = parent.id
                           AND row.chain_index IS NOT NULL
                      ORDER BY row.chain_index DESC
                         LIMIT 1
                       ) head ON TRUE
                """,
                parent_ids=sorted(parent_ids),
                table=SQL.identifier(self._table),
                parent=self._chain_parent_sql("row"),
            )
        )
        return {parent_id: (index, hash_) for parent_id, index, hash_ in rows}

    def _chain_parent_sql(self, alias):
        """Return the SQL of the parent's id, 0 where the table is one chain."""
        if self._chain_parent is None:
            return SQL("0::int")  # not 0, which ORDER BY takes for a column
        return SQL.identifier(alias, self._chain_parent)


def _hashable(field, value):
    """Return what goes into a column as it will be read from it."""
    if value is not None and field.type in ("float", "monetary"):
        return float(value)
    return value.adapted if isinstance(value, Json) else value
