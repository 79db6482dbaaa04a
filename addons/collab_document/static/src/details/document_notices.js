import { Component } from "@odoo/owl";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { DocumentTime } from "../common/document_time";
import { formatDay } from "../common/texts";
import { isOthers } from "./abilities";

const { DateTime } = luxon;

/** What is out of the ordinary about the document, each with what can be done about it. */
export class DocumentNotices extends Component {
    static template = "collab_document.DocumentNotices";
    static components = { DocumentTime };
    static props = { document: Object, actions: Object };

    get isOthers() {
        return isOthers(this.props.document);
    }

    get readingText() {
        const { due, asked_uid } = this.props.document.my_reading;
        const who = asked_uid ? asked_uid[1] : "";
        return due
            ? _t("%(who)s asks you to read this by %(due)s.", { who, due: formatDay(due) })
            : _t("%s asks you to read this.", who);
    }

    get deletedText() {
        const { deleted_on } = this.props.document;
        return deleted_on && _t("It will be deleted for good on %s.", formatDay(deleted_on));
    }

    get checkoutText() {
        const { is_mine, checkout_user_id, checkout_until } = this.props.document;
        const until = deserializeDateTime(checkout_until).toLocaleString(DateTime.DATETIME_SHORT);
        return is_mine
            ? _t("You are working on it, until %s.", until)
            : _t("%(who)s is working on it, until %(until)s.", {
                  who: checkout_user_id[1],
                  until,
              });
    }
}
