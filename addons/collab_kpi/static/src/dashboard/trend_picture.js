import { loadBundle } from "@web/core/assets";
import { downloadFile } from "@web/core/network/download";
import { PAPER } from "./trend_colors";
import { trendConfig } from "./trend_config";
import { paper } from "./trend_marks";

const WIDTH = 1000;
const HEIGHT = 500;
/** So that it is sharp in print. */
const RATIO = 2;

/** A name that every file system takes. */
export function pictureName(title, periodLabel) {
    return `${title} ${periodLabel}`.replace(/[\\/:*?"<>|\s]+/g, " ").trim() + ".png";
}

/** Have the browser save a trend as a picture with its title, black on white. */
export async function saveTrendPicture(tile, periodLabel) {
    await loadBundle("web.chartjs_lib");
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width: WIDTH, height: HEIGHT });
    const config = trendConfig(tile, PAPER, { isStill: true });
    const title = { display: true, text: `${tile.title} · ${periodLabel}`, color: PAPER.text };
    Object.assign(config.options, {
        responsive: false,
        devicePixelRatio: RATIO,
        layout: { padding: 24 },
    });
    Object.assign(config.options.plugins, {
        title: { ...title, font: { size: 16 }, padding: { bottom: 16 } },
        collabPaper: { color: PAPER.surface },
    });
    config.plugins.push(paper);
    const chart = new Chart(canvas, config);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
    chart.destroy();
    downloadFile(blob, pictureName(tile.title, periodLabel), "image/png");
}
