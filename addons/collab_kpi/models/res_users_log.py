import logging

from odoo import api, models

_logger = logging.getLogger(__name__)


class ResUsersLog(models.Model):
    _inherit = "res.users.log"

    @api.autovacuum
    def _gc_user_logs(self):  # pylint: disable=method-required-super
        """Keep one log-in of each person and day, and not the last of each person alone: on how many
        days somebody has logged in is counted of them."""
        self.env.cr.execute(
            """
            DELETE FROM res_users_log earlier WHERE EXISTS (
                SELECT FROM res_users_log later
                 WHERE later.create_uid = earlier.create_uid
                   AND later.create_date::date = earlier.create_date::date
                   AND (later.create_date, later.id) > (earlier.create_date, earlier.id)
            )
            """
        )
        _logger.info("Removed %d log-ins of days with others", self.env.cr.rowcount)
