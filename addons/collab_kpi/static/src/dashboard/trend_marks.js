const CAP = 5;

function stroke(ctx, color, width, dash, points) {
    ctx.save();
    ctx.strokeStyle = color;
    ctx.lineWidth = width;
    ctx.setLineDash(dash);
    ctx.beginPath();
    for (const [from, to] of points) {
        ctx.moveTo(...from);
        ctx.lineTo(...to);
    }
    ctx.stroke();
    ctx.restore();
}

/** An upright line where the formula has changed. */
function drawChanges(chart, { changes, colors }) {
    const { ctx, chartArea, scales } = chart;
    for (const index of changes) {
        const x = scales.x.getPixelForValue(index);
        const line = [
            [x, chartArea.top],
            [x, chartArea.bottom],
        ];
        stroke(ctx, colors.target, 1, [1, 3], [line]);
    }
}

/** What is expected of the last period, and between what. */
function drawForecast(chart, { forecast, last, colors }) {
    const { ctx, scales } = chart;
    const x = scales.x.getPixelForValue(last);
    const [low, value, high] = [forecast.low, forecast.value, forecast.high].map((one) =>
        scales.y.getPixelForValue(one)
    );
    const bar = (y) => [
        [x - CAP, y],
        [x + CAP, y],
    ];
    const stem = [
        [x, low],
        [x, high],
    ];
    stroke(ctx, colors.line, 1.5, [], [stem, bar(low), bar(high)]);
    ctx.save();
    ctx.beginPath();
    ctx.arc(x, value, 4, 0, 2 * Math.PI);
    ctx.fillStyle = colors.surface;
    ctx.fill();
    ctx.strokeStyle = colors.line;
    ctx.lineWidth = 2;
    ctx.stroke();
    ctx.restore();
}

/** Draws what Chart.js has no type of data for. */
export const trendMarks = {
    id: "collabTrendMarks",
    beforeDatasetsDraw(chart, _args, options) {
        if (options.forecast) {
            drawForecast(chart, options);
        }
        drawChanges(chart, options);
    },
};

/** Paper is white; a canvas is clear. */
export const paper = {
    id: "collabPaper",
    beforeDraw({ ctx, width, height }, _args, { color }) {
        ctx.save();
        ctx.fillStyle = color;
        ctx.fillRect(0, 0, width, height);
        ctx.restore();
    },
};
