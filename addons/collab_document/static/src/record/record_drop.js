import { Component, useEffect, useExternalListener, useRef, useState } from "@odoo/owl";
import { isDragSourceExternalFile } from "@mail/utils/common/misc";
import { useCustomDropzone } from "@web/core/dropzone/dropzone_hook";
import { patch } from "@web/core/utils/patch";
import { FormRenderer } from "@web/views/form/form_renderer";
import { useRecordDocuments } from "./record_documents";

/** What takes files itself: a text with pictures, the conversation, another drop zone. */
const OTHERS = ".odoo-editor-editable, .o-mail-Form-chatter, .o-Dropzone, input[type=file]";

/** Whether what is dragged over, or dropped on, `target` is for the documents of the sheet. */
function isOurs(sheet, target) {
    return target instanceof Element && sheet?.contains(target) && !target.closest(OTHERS);
}

/** The part of a sheet that can be seen. */
function visibleRect(sheet) {
    const rect = sheet.getBoundingClientRect();
    const frame = sheet.closest(".o_content")?.getBoundingClientRect() || rect;
    const top = Math.max(rect.top, frame.top);
    const left = Math.max(rect.left, frame.left);
    return {
        top,
        left,
        width: Math.min(rect.right, frame.right) - left,
        height: Math.min(rect.bottom, frame.bottom) - top,
    };
}

/**
 * Frames the sheet while files are dragged. It covers nothing: what in the sheet takes files
 * itself still does.
 */
export class RecordDropFrame extends Component {
    static template = "collab_document.RecordDropFrame";
    static props = { ref: Object };

    setup() {
        this.root = useRef("root");
        this.state = useState({ isOver: false });
        useEffect(() => {
            const { top, left, width, height } = visibleRect(this.props.ref.el);
            Object.assign(this.root.el.style, {
                top: `${top}px`,
                left: `${left}px`,
                width: `${width}px`,
                height: `${height}px`,
            });
        });
        useExternalListener(window, "dragover", ({ target }) => {
            this.state.isOver = isOurs(this.props.ref.el, target);
        });
    }
}

/** Have files that are dropped on the sheet of a form become documents of its record. */
function useRecordDrop() {
    const root = useRef("compiled_view_root");
    const documents = useRecordDocuments();
    const isEnabled = () => documents.current.resId && documents.current.canAdd;
    const sheet = {
        get el() {
            return root.el?.querySelector(".o_form_sheet");
        },
    };
    useCustomDropzone(sheet, RecordDropFrame, {}, isEnabled);
    useExternalListener(window, "drop", ({ target, dataTransfer }) => {
        if (isEnabled() && isOurs(sheet.el, target) && isDragSourceExternalFile(dataTransfer)) {
            documents.current.add(dataTransfer.files);
        }
    });
}

patch(FormRenderer.prototype, {
    setup() {
        super.setup();
        const { xmlDoc } = this.props.archInfo;
        // on a phone nothing is dragged, and the button is in a menu
        if (
            !this.env.inDialog &&
            !this.env.isSmall &&
            xmlDoc.querySelector("widget[name='collab_documents']:not(field widget)")
        ) {
            useRecordDrop();
        }
    },
});
