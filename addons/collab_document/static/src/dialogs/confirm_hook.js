import { useComponent, useState } from "@odoo/owl";

/**
 * What a dialog does when it is confirmed, once at a time; it stays open if that fails.
 */
export function useConfirm() {
    const component = useComponent();
    const confirmation = useState({
        isBusy: false,
        /** @param {() => any} callback */
        async run(callback) {
            if (confirmation.isBusy) {
                return;
            }
            confirmation.isBusy = true;
            try {
                await callback();
            } finally {
                confirmation.isBusy = false;
            }
            component.props.close();
        },
    });
    return confirmation;
}
