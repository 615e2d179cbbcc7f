"use strict";

// Draws the scores of the last hour by hand: range and mean of each stretch of time, NG parts, the threshold and one that is tried.
function drawTrend(canvas, trend, tried) {
  const ratio = window.devicePixelRatio || 1, width = canvas.clientWidth, height = canvas.clientHeight;
  if (width === 0) return;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const g = canvas.getContext("2d");
  g.scale(ratio, ratio);
  g.font = "13px system-ui, sans-serif";
  const left = 46, right = width - 10, top = 12, bottom = height - 24;
  const buckets = trend.buckets, scored = buckets.filter(b => b.max !== null);

  // What matters lies around the threshold, which is halfway up as in the meter; a gross defect is an arrow at the upper edge.
  const highest = Math.max(...scored.map(b => b.max), tried ?? 0, 1e-9);
  const limit = trend.threshold > 0 ? Math.max(trend.threshold * 2, (tried ?? 0) * 1.2) : highest * 1.1;
  const begin = Date.parse(trend.from), span = 120 * trend.bucket_seconds * 1000;
  const x = time => left + (right - left) * Math.min(1, Math.max(0, (time - begin) / span));
  const y = score => bottom - (bottom - top) * Math.min(1, score / limit);

  g.lineWidth = 1;
  g.textBaseline = "middle";
  g.textAlign = "right";
  const step = niceStep(limit / 4);
  for (let v = 0; v <= limit; v += step) {
    g.strokeStyle = v === 0 ? "#5b6772" : "#262d34";
    line(g, left, Math.round(y(v)) + .5, right, Math.round(y(v)) + .5);
    g.fillStyle = "#b3bec9";
    g.fillText(Number(v.toPrecision(3)), left - 6, y(v));
  }
  g.textBaseline = "top";
  const minutes = Math.round(span / 60000);
  for (let m = 0; m <= minutes; m += width < 500 ? 30 : 15) {
    g.textAlign = m === 0 ? "right" : m === minutes ? "left" : "center";
    g.fillText(m === 0 ? "now" : `-${m} min`, x(begin + span - m * 60000), bottom + 7);
  }

  const half = trend.bucket_seconds * 500, wide = Math.max(2, (right - left) / 120 - 1);
  for (const b of scored) {
    const at = x(Date.parse(b.time) + half);
    g.fillStyle = "#2b4b69";
    g.fillRect(at - wide / 2, y(b.max), wide, Math.max(2, y(b.min) - y(b.max)));
  }
  g.strokeStyle = "#6cb8ff";
  g.lineWidth = 2;
  g.beginPath();
  let last = null;
  for (const b of scored) {
    const time = Date.parse(b.time) + half;
    // A gap in time is a gap in the line.
    if (last === null || time - last > 3.5 * half * 2) g.moveTo(x(time) - 1, y(b.mean));
    g.lineTo(x(time) + 1, y(b.mean));
    last = time;
  }
  g.stroke();

  if (trend.threshold <= limit) threshold(trend.threshold, "#ffffff", String(Number(trend.threshold.toPrecision(4))), [7, 5], true);
  if (tried !== null && tried !== undefined && tried <= limit) threshold(tried, "#ffc53d", `tried ${Number(tried.toPrecision(4))}`, [2, 4], false);

  for (const b of buckets) {
    if (b.ng === 0) continue;
    const at = x(Date.parse(b.time) + half), up = b.max === null ? bottom : Math.max(top + 1, y(b.max));
    g.fillStyle = "#ff8088";
    g.strokeStyle = "#0d1013";
    g.lineWidth = 1;
    g.beginPath();
    g.moveTo(at, up - 5);
    g.lineTo(at + 6, up + 5);
    g.lineTo(at - 6, up + 5);
    g.closePath();
    g.fill();
    g.stroke();
  }

  function threshold(score, colour, text, dash, atRight) {
    g.strokeStyle = colour;
    g.lineWidth = 2;
    g.setLineDash(dash);
    line(g, left, y(score), right, y(score));
    g.setLineDash([]);
    g.textBaseline = "bottom";
    g.textAlign = atRight ? "right" : "left";
    const length = g.measureText(text).width + 8, from = atRight ? right - length : left + 4;
    g.fillStyle = "#171c21cc";
    g.fillRect(from, y(score) - 19, length, 17);
    g.fillStyle = colour;
    g.fillText(text, atRight ? right - 4 : from + 4, y(score) - 3);
  }
}

function line(g, x1, y1, x2, y2) {
  g.beginPath();
  g.moveTo(x1, y1);
  g.lineTo(x2, y2);
  g.stroke();
}

function niceStep(raw) {
  const power = 10 ** Math.floor(Math.log10(raw));
  return [1, 2, 5, 10].find(f => f * power >= raw) * power;
}
