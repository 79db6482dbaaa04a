const NAMES = ["line", "target", "warn", "text", "grid", "surface"];

/** Of pictures: they are put on white paper, whatever the screen is like. */
export const PAPER = {
    line: "#714b67",
    target: "#495057",
    warn: "#b8710b",
    text: "#374151",
    grid: "#dee2e6",
    surface: "#ffffff",
};

/**
 * Colours are the theme's; a canvas does not know of them by itself.
 *
 * @param {HTMLElement} element in the dashboard
 * @returns {Object} colours by name
 */
export function colorsOf(element) {
    const style = getComputedStyle(element);
    return Object.fromEntries(
        NAMES.map((name) => [name, style.getPropertyValue(`--o-collab-chart-${name}`).trim()])
    );
}
