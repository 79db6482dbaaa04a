"""The one way into a log (see ``collab.chain.mixin``).

A function, not a method, as methods can be called from the code of server actions.
"""

import psycopg2.errors

from odoo.exceptions import ConcurrencyError
from odoo.tools import sql

from .bulk import insert_rows


def append(log, vals_list):
    """Add rows at the end of their chains.

    Costs one query to read the heads of all chains concerned and one to insert the rows.
    Needs no access right: the caller has decided that this is to be logged.

    :param log: empty recordset of the log's model, in the environment of who does it
    :param list[dict] vals_list: field name → value, of fields with a column; each names
        its parent. Defaults are not added. Rows of one parent are added in the order of
        the list.
    :return: the rows, in the order of the list, in the caller's environment
    :raise ConcurrencyError: when another transaction was faster on one of the chains;
        requests are then tried again by Odoo
    """
    if not vals_list:
        return log.browse()
    try:
        rows = insert_rows(log.sudo(), log.sudo()._chain_link(vals_list))
    except psycopg2.errors.UniqueViolation as error:
        if error.diag.constraint_name != sql.make_identifier(f"{log._table}_chain_uniq"):
            raise
        raise ConcurrencyError(f"{log._name}: chain extended meanwhile") from error
    return log.browse(rows.ids)
