import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/core/utils/numbers";
import { trendMarks } from "./trend_marks";

/** Units longer than this stand in the figure, not at each line of the scale. */
const SHORT_UNIT = 2;

function shortNumber(value) {
    const size = Math.abs(value);
    if (size < 1000) {
        const digits = Number.isInteger(value) ? 0 : size < 1 ? 2 : 1;
        return formatFloat(value, { digits: [16, digits] });
    }
    const thousands = value / 1000 ** Math.floor(Math.log10(size) / 3);
    const decimals = Number.isInteger(thousands) ? 0 : 1;
    return formatFloat(value, { humanReadable: true, decimals });
}

/** What stands beside a line of the scale: short, as there is little room. */
export function scaleText(value, { unit, currency }) {
    const number = shortNumber(value);
    if (currency) {
        const { symbol, position } = currency;
        return position === "before" ? `${symbol}\u00a0${number}` : `${number}\u00a0${symbol}`;
    }
    if (!unit || unit.length > SHORT_UNIT) {
        return number;
    }
    return unit === "%" ? `${number}%` : `${number}\u00a0${unit}`;
}

function line(data, color, more) {
    return {
        data,
        borderColor: color,
        borderWidth: 1.5,
        pointRadius: 0,
        pointHitRadius: 0,
        ...more,
    };
}

function datasetsOf({ trend, figure }, colors) {
    const last = trend.values.length - 1;
    // the period that still runs is not a fall
    const borderDash = ({ p1DataIndex }) =>
        figure?.is_running && p1DataIndex === last ? [2, 4] : undefined;
    return [
        line(trend.values, colors.line, {
            borderWidth: 2,
            pointRadius: 3,
            pointHoverRadius: 5,
            pointBackgroundColor: colors.line,
            segment: { borderDash },
            tension: 0.25,
            cubicInterpolationMode: "monotone",
        }),
        line(trend.target || [], colors.target, { borderDash: [6, 4], stepped: "middle" }),
        line(trend.warn || [], colors.warn, { borderDash: [2, 3], stepped: "middle" }),
    ];
}

/** A scale from 0, unless what is to be seen happens far above. */
function startsAtZero({ values, target, warn, forecast }) {
    const all = [...values, ...(target || []), ...(warn || []), forecast?.low, forecast?.high];
    const numbers = all.filter((one) => one !== null && one !== undefined);
    return Math.min(...numbers) >= 0 && Math.min(...numbers) < Math.max(...numbers) / 2;
}

function tooltipLines({ trend, forecast }, index) {
    const lines = [trend.texts[index]];
    if (trend.forecast && forecast && index === trend.values.length - 1) {
        lines.push(_t("Expected: %s", forecast.text));
    }
    if (trend.changes?.includes(index)) {
        lines.push(_t("Counted by another formula from here on"));
    }
    return lines;
}

/**
 * @param {Object} tile
 * @param {Object} colors
 * @param {Object} [more]
 * @param {(index: number) => void} [more.onPick] called with the point that is clicked
 * @param {boolean} [more.isStill] nothing is to move
 * @returns {Object} configuration of Chart.js: a line, its target, what is expected
 */
export function trendConfig(tile, colors, { onPick = () => {}, isStill = false } = {}) {
    const { trend, format } = tile;
    const last = trend.values.length - 1;
    const font = { size: 11 };
    return {
        type: "line",
        plugins: [trendMarks],
        data: { labels: trend.labels, datasets: datasetsOf(tile, colors) },
        options: {
            responsive: true,
            maintainAspectRatio: false,
            animation: isStill ? false : { duration: 300 },
            layout: { padding: { top: 8, right: 10 } },
            interaction: { mode: "index", intersect: false },
            onClick: (_event, elements) => {
                if (elements.length) {
                    onPick(elements[0].index);
                }
            },
            onHover: (event, elements) => {
                event.native.target.style.cursor = elements.length ? "pointer" : "";
            },
            scales: {
                x: {
                    grid: { display: false },
                    border: { color: colors.grid },
                    ticks: { color: colors.text, font, maxRotation: 0, autoSkipPadding: 12 },
                },
                y: {
                    beginAtZero: startsAtZero(trend),
                    suggestedMin: trend.forecast?.low,
                    suggestedMax: trend.forecast?.high,
                    grid: { color: colors.grid },
                    border: { display: false },
                    ticks: {
                        color: colors.text,
                        font,
                        maxTicksLimit: 5,
                        callback: (value) => scaleText(value, format),
                    },
                },
            },
            plugins: {
                legend: { display: false },
                collabTrendMarks: {
                    forecast: trend.forecast,
                    changes: trend.changes || [],
                    last,
                    colors,
                },
                tooltip: {
                    displayColors: false,
                    filter: ({ datasetIndex }) => datasetIndex === 0,
                    callbacks: {
                        title: ([{ dataIndex }]) => (trend.long_labels || trend.labels)[dataIndex],
                        label: ({ dataIndex }) => tooltipLines(tile, dataIndex),
                    },
                },
            },
        },
    };
}
