"use strict";

const el = id => document.getElementById(id);
const REASONS = {
  good: "Good", defect: "Defect", late: "Too late", no_frame: "No picture", overrun: "Too many waiting", error: "Failed", stopped: "Stopped",
};
const WHY = {
  good: "no defect", defect: "defect found", late: "inspection came too late", no_frame: "no picture came", overrun: "too many parts were waiting",
  error: "the picture could not be inspected", stopped: "the service stopped first",
};
// The verdict may be this old before the page says that it has lost the box.
const LOST_AFTER = 3500;

let state = null, heardAt = 0, skew = 0, selected = null, heat = true;
let trend = null, threshold = null, tried = null, ngSeen = "", pictureUrl = null, pictureTag = "", pictureTime = 0, pictureOf = 0, lastNg = null, ngShown = null, confirmed = null;

// --- asking the box

async function ask(path, options = {}) {
  const stop = new AbortController(), timer = setTimeout(() => stop.abort(), options.patience ?? 4000);
  try {
    return await fetch(path, { ...options, signal: stop.signal, cache: "no-store", credentials: "omit" });
  } finally {
    clearTimeout(timer);
  }
}

async function json(path, options) {
  const response = await ask(path, options);
  const body = await response.json();
  if (!response.ok) throw Object.assign(new Error(body.error ?? `Status ${response.status}`), { status: response.status });
  return body;
}

function every(milliseconds, work) {
  let running = false;
  const once = async () => {
    if (running || document.hidden) return;
    running = true;
    try { await work(); } catch { /* the state's poll tells when the box is gone */ } finally { running = false; }
  };
  setInterval(once, milliseconds);
  return once;
}

const query = () => `station=${encodeURIComponent(selected)}`;
const place = () => `v1/stations/${encodeURIComponent(selected)}`;
const station = () => state?.stations.find(s => s.name === selected) ?? null;
const boxNow = () => Date.now() + skew;

async function pollState() {
  const response = await ask("v1/state");
  if (!response.ok) throw new Error();
  const body = await response.json(), date = Date.parse(response.headers.get("date"));
  // The header's seconds are cut off, and the clocks of box and phone may differ.
  if (!Number.isNaN(date) && Math.abs(date + 500 - boxNow()) > 1500) skew = date + 500 - Date.now();
  const first = state === null;
  [state, heardAt] = [body, Date.now()];
  if (!station()) select(new URLSearchParams(location.search).get("station"), false);
  show();
  if (first) refresh();
}

async function pollPicture() {
  if (!selected || isLost()) return;
  const of = selected;
  const response = await ask(`${place()}/live.jpg?map=${heat ? 1 : 0}`, { headers: pictureTag ? { "If-None-Match": pictureTag } : {} });
  if (response.status !== 200 || of !== selected) return;
  const blob = await response.blob();
  if (of !== selected) return;
  pictureTag = response.headers.get("etag");
  pictureTime = Date.parse(response.headers.get("x-edge-time"));
  const [id, verdict] = [response.headers.get("x-edge-inspection"), response.headers.get("x-edge-verdict")];
  pictureOf = Number(id);
  const old = pictureUrl;
  pictureUrl = URL.createObjectURL(blob);
  const picture = el("picture");
  picture.src = pictureUrl;
  picture.alt = `Picture of inspection ${id}, ${verdict === "ng" ? "NG" : "OK"}${heat ? ", with heat map" : ""}`;
  picture.hidden = false;
  el("no-picture").hidden = true;
  el("picture-of").dataset.what = `${id}, ${verdict === "ng" ? "NG" : "OK"}`;
  if (old) URL.revokeObjectURL(old);
  showAges();
}

async function pollStrip() {
  if (!selected || isLost()) return;
  const of = selected, strip = await json(`${place()}/ng`);
  if (of !== selected) return;
  const seen = of + strip.parts.map(p => p.id).join();
  el("strip-note").textContent = strip.skipped > 0 ? `${strip.skipped} came too fast to be shown here` : "";
  if (seen === ngSeen) return;
  ngSeen = seen;
  lastNg = strip.parts.length ? Date.parse(strip.parts[0].time) : null;
  el("strip").replaceChildren(...(strip.parts.length ? strip.parts.map(thumbnail) : [node("li", { className: "empty", textContent: "None yet." })]));
}

async function pollTrend() {
  if (!selected || isLost()) return;
  const of = selected, answer = await json(`v1/history?${query()}`);
  if (of !== selected) return;
  trend = answer;
  paintTrend();
}

async function loadThreshold() {
  if (!selected) return;
  const of = selected, answer = await json(`v1/threshold?${query()}${tried === null ? "" : `&what_if=${tried}`}`);
  if (of !== selected) return;
  threshold = answer;
  showThreshold();
}

// --- showing

function show() {
  document.body.classList.remove("waiting");
  document.body.classList.toggle("is-ready", state.ready);
  document.body.classList.toggle("not-ready", !state.ready);
  text("box", state.box);
  document.title = `${state.box}: ${state.ready ? "ready" : "NOT READY"}`;
  text("ready", state.ready ? "Ready" : "Not ready");
  list("problems", state.reasons, "Not ready: ");
  list("warnings", [...state.warnings, ...state.need_restart.map(key => `${key} changed in the configuration and waits for a restart`)], "");
  showTabs();
  const s = station();
  if (s) showStation(s);
  showAges();
}

function showTabs() {
  const tabs = el("tabs");
  tabs.hidden = state.stations.length < 2;
  if (tabs.children.length !== state.stations.length)
    tabs.replaceChildren(...state.stations.map(s => {
      const tab = node("button", { type: "button" });
      tab.setAttribute("role", "tab");
      tab.setAttribute("aria-controls", "station");
      tab.append(node("span"), node("span", { className: "last" }));
      tab.addEventListener("click", () => select(s.name, true));
      return tab;
    }));
  state.stations.forEach((s, i) => {
    const tab = tabs.children[i], verdict = s.last?.verdict ?? "";
    tab.setAttribute("aria-selected", String(s.name === selected));
    tab.tabIndex = s.name === selected ? 0 : -1;
    tab.children[0].textContent = s.name;
    tab.children[1].textContent = !s.ready ? "!" : verdict ? verdict.toUpperCase() : "--";
    tab.children[1].className = `last ${s.ready && verdict ? `is-${verdict}` : ""}`;
  });
}

function showStation(s) {
  const last = s.last;
  text("name", `Station ${s.name}`);
  // A verdict from before the trouble is no sign that parts are good now.
  el("verdict").className = `verdict ${last ? `is-${last.verdict}` : ""} ${s.ready ? "" : "old"}`;
  text("word", last ? last.verdict.toUpperCase() : "--");
  text("why", !s.ready ? last ? "NOT READY. This was the last part." : "NOT READY" : last ? last.error ?? WHY[last.reason] : "waiting for the first part");
  text("score", last?.score === undefined ? "--" : figure(last.score));
  text("threshold", figure(last?.threshold ?? s.threshold));
  text("p", last?.p_value === undefined ? "--" : last.p_value < .001 ? "< 0.001" : figure(last.p_value, 2));
  text("took", last ? `${figure(last.total_ms, 3)} ms` : "--");
  text("part", last ? `${last.part_id ? `${last.part_id}, ` : ""}inspection ${last.id}` : "--");
  const meter = el("meter"), over = last?.score > last?.threshold;
  meter.style.width = last?.score === undefined ? "0" : `${Math.min(100, last.threshold > 0 ? last.score / last.threshold * 50 : 100)}%`;
  meter.className = over ? "over" : "";

  const total = Object.values(s.results).reduce((a, b) => a + b, 0), ng = total - s.results.good;
  rows("counts", [
    ["All", count(total)],
    ["NG", `${count(ng)}${total ? ` (${figure(100 * ng / total, 2)} %)` : ""}`],
    ...Object.entries(s.results).map(([reason, n]) => [REASONS[reason] ?? reason, count(n), n > 0 && !["good", "defect"].includes(reason) ? "bad" : ""]),
    ...(s.superseded ? [["Pictures replaced by newer ones", count(s.superseded)]] : []),
    ...(s.missed_ticks ? [["Missed ticks", count(s.missed_ticks), "bad"]] : []),
    ...(s.refused ? [["Refused triggers", count(s.refused), "bad"]] : []),
  ]);
  rows("latency", [
    ["Half within (p50)", ms(s.p50_ms)], ["95 of 100 within (p95)", ms(s.p95_ms)], ["99 of 100 within (p99)", ms(s.p99_ms)], ["Waiting now", count(s.waiting)],
  ]);
  const d = s.drift;
  rows("drift", d ? [
    ["Light", d.light === null ? "not known for this bundle" : d.light ? "has changed" : "as calibrated", d.light ? "bad" : d.light === null ? "" : "fine"],
    ["Product", d.product ? "scores have moved" : "as calibrated", d.product ? "bad" : "fine"],
    ["Score distance", `${figure(d.score_distance, 2)} of ${figure(d.score_limit, 2)}`],
    ["Brightness", `${figure(d.brightness, 3)}${shift(d.brightness_shift)}`],
    ["Sharpness", `${figure(d.sharpness, 3)}${shift(d.sharpness_shift)}`],
    ["Parts looked back on", count(d.parts)],
  ] : [["State", "not enough parts yet"]]);
  const c = s.camera;
  rows("camera", [
    ...(c ? [
      ["Camera", c.ended ? "has ended" : c.up ? "up" : "DOWN", c.up ? "fine" : "bad"], ["Since", ago(boxNow() - Date.parse(c.since))],
      ["Pictures", count(c.frames)], ["Opened again", count(c.reopens), c.reopens ? "bad" : ""], ...(c.error ? [["Fault", c.error, "bad"]] : []),
    ] : [["Camera", "none, pictures come by HTTP"]]),
    ["Trigger", s.mode.replace("_", " ")], ["Bundle", `${s.bundle} ${s.bundle_version}`], ["Profile", `${s.profile} in ${s.precision} on ${s.provider}`],
    ["Hash", s.bundle_hash.slice(0, 12)],
  ]);
  if (threshold && (threshold.threshold !== s.threshold || threshold.source !== s.threshold_source)) loadThreshold().catch(() => {});
}

// Runs by the page's own clock, so that it goes on when the box is gone.
function showAges() {
  const lost = isLost();
  document.body.classList.toggle("is-lost", lost);
  el("lost").hidden = !lost;
  if (lost) text("lost", `Connection lost. ${heardAt ? `What you see is ${ago(Date.now() - heardAt)} old.` : "Nothing has come from the box yet."} Trying again.`);
  if (lost) text("ready", "No connection");
  else if (state) text("ready", state.ready ? "Ready" : "Not ready");
  text("clock", new Date(boxNow()).toLocaleTimeString("en-GB"));
  const last = station()?.last;
  // A good part may have followed before anybody looked.
  const earlier = last?.verdict === "ok" && lastNg !== null ? `. Last NG ${ago(boxNow() - lastNg)} ago` : "";
  text("age", !last ? "" : `${lost ? "NOT LIVE, " : ""}${ago(boxNow() - Date.parse(last.time))} ago${earlier}`);
  const old = last && pictureOf < last.id && boxNow() - pictureTime > 3000;
  text("picture-of", el("picture").hidden ? "" : `${old ? "An earlier part, i" : "I"}nspection ${el("picture-of").dataset.what}, ${ago(boxNow() - pictureTime)} ago`);
  el("picture").parentElement.classList.toggle("old", Boolean(old));
}

const isLost = () => Date.now() - (heardAt || begun) > LOST_AFTER;

function showThreshold() {
  const t = threshold, slider = el("slider"), top = Math.max(3 * t.threshold, 1.5 * t.calibration.max, 1e-6);
  // The range stays while somebody moves the slider.
  if (tried === null) {
    slider.max = String(top);
    slider.step = String(10 ** Math.floor(Math.log10(top / 300)));
    slider.value = String(t.threshold);
    el("number").value = String(Number(t.threshold.toPrecision(6)));
  }
  slider.setAttribute("aria-valuetext", figure(tried ?? t.threshold));
  text("source", `${figure(t.threshold)} from the ${t.source}; up to ${figure(100 * t.alpha, 2)} % of good parts rejected`);
  el("apply").disabled = el("undo").disabled = tried === null;
  el("reset").disabled = t.source !== "operator";
  const w = t.what_if, what = el("what-if");
  if (!w || tried === null)
    what.textContent = "Move the slider to see what another threshold would have done.";
  else {
    what.replaceChildren(`At ${figure(w.threshold)}: would have rejected `, node("b", { textContent: `${count(w.would_reject)} of ${count(w.parts)}` }),
      ` parts in the last hour (now ${count(w.rejected)}). Of good parts, up to ${figure(100 * w.false_reject_rate, 2)} % would be rejected.`);
  }
  paintTrend();
}

function paintTrend() {
  if (!trend) return;
  if (threshold) trend.threshold = threshold.threshold;
  drawTrend(el("trend"), trend, tried);
  const parts = trend.buckets.reduce((n, b) => n + b.parts, 0), ng = trend.buckets.reduce((n, b) => n + b.ng, 0);
  const highest = Math.max(...trend.buckets.filter(b => b.max !== null).map(b => b.max));
  el("trend").setAttribute("aria-label", parts ? `Scores of the last hour: ${parts} parts, ${ng} NG, highest score ${figure(highest)}, threshold ${figure(trend.threshold)}` : "No parts in the last hour");
}

function thumbnail(part) {
  const picture = node("img", { src: `${place()}/ng/${part.id}.jpg?map=1`, alt: "", loading: "lazy", width: 112, height: 72 });
  const label = node("span", { textContent: figure(part.score) });
  label.append(node("small", { textContent: new Date(part.time).toLocaleTimeString("en-GB") }));
  const button = node("button", { type: "button" });
  button.setAttribute("aria-label", `NG inspection ${part.id}, score ${figure(part.score)}: show large`);
  button.append(picture, label);
  button.addEventListener("click", () => { ngShown = { part, place: place() }; showLarge(true); });
  const item = node("li");
  item.append(button);
  return item;
}

function showLarge(withHeat) {
  const { part, place } = ngShown;
  el("large-heat").setAttribute("aria-pressed", String(withHeat));
  el("large-picture").src = `${place}/ng/${part.id}.jpg?map=${withHeat ? 1 : 0}`;
  el("large-picture").alt = `Picture of inspection ${part.id}${withHeat ? " with heat map" : ""}`;
  text("large-title", `NG: ${part.part_id ?? `inspection ${part.id}`}`);
  text("large-facts", `Score ${figure(part.score)}, threshold ${figure(part.threshold)}, p ${figure(part.p_value, 2)}. Inspection ${part.id}, ${new Date(part.time).toLocaleString("sv-SE")}.`);
  if (!el("large").open) el("large").showModal();
}

// --- doing

function select(name, byHand) {
  const next = state.stations.some(s => s.name === name) ? name : state.stations[0]?.name ?? null;
  if (next === selected) return;
  selected = next;
  [trend, threshold, tried, lastNg, ngSeen, pictureTag] = [null, null, null, null, "", ""];
  el("picture").hidden = true;
  el("no-picture").hidden = false;
  el("picture").removeAttribute("src");
  el("strip").replaceChildren();
  text("tune-says", "");
  const canvas = el("trend");
  canvas.width = canvas.width;
  if (!byHand) return;
  history.replaceState(null, "", `?station=${encodeURIComponent(selected)}`);
  show();
  refresh();
}

function refresh() {
  for (const once of polls) once();
}

function attempt(value) {
  if (!threshold || !(value >= 0) || !Number.isFinite(value)) return;
  tried = value;
  text("tune-says", "");
  el("apply").disabled = el("undo").disabled = false;
  paintTrend();
  clearTimeout(attempt.timer);
  attempt.timer = setTimeout(() => loadThreshold().catch(() => {}), 120);
}

function putBack() {
  clearTimeout(attempt.timer);
  tried = null;
  if (threshold) showThreshold();
}

function change(value) {
  if (!threshold) return;
  says("tune-says", "");
  if (!threshold.changes_allowed)
    return says("tune-says", "Changes are off on this box: write a token into a file, name it in web.token_file of the configuration and restart the service.");
  confirmed = { station: selected, threshold: value };
  text("confirm-what", value === null
    ? `Station ${selected} goes back to the threshold of its configuration or bundle, from the next part on.`
    : `Station ${selected}: from ${figure(threshold.threshold)} to ${figure(value)}, from the next part on and for later starts.`);
  el("token").value = sessionStorage.getItem("token") ?? "";
  says("confirm-says", "");
  el("confirm").showModal();
  (el("token").value ? el("confirm-yes") : el("token")).focus();
}

async function send(event) {
  event.preventDefault();
  const token = el("token").value.trim();
  if (!token) return says("confirm-says", "A token is needed: it is in the file that web.token_file of the configuration names.");
  el("confirm-yes").disabled = true;
  try {
    await json("v1/threshold", { method: "POST", body: JSON.stringify(confirmed), headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` } });
    sessionStorage.setItem("token", token);
    el("confirm").close();
    tried = null;
    await loadThreshold();
    says("tune-says", `Done. Parts of ${confirmed.station} are judged by ${figure(threshold.threshold)} now.`, true);
  } catch (e) {
    if (e.status === 401) sessionStorage.removeItem("token");
    says("confirm-says", e.status ? e.message : "The box did not answer. Nothing may have changed: look at the threshold above before trying again.");
  } finally {
    el("confirm-yes").disabled = false;
  }
}

// --- small things

function node(tag, properties = {}) {
  return Object.assign(document.createElement(tag), properties);
}

// Only what differs is written, so that screen readers and layout are left alone.
function text(id, value) {
  const target = el(id);
  if (target.textContent !== value) target.textContent = value;
}

function says(id, value, good = false) {
  text(id, value);
  el(id).classList.toggle("good", good);
}

function list(id, lines, before) {
  const target = el(id), joined = lines.join("\n");
  if (target.dataset.lines === joined) return;
  target.dataset.lines = joined;
  target.hidden = lines.length === 0;
  const items = node("ul");
  items.append(...lines.map(line => node("li", { textContent: before + line })));
  target.replaceChildren(items);
}

function rows(id, entries) {
  const target = el(id);
  while (target.children.length < entries.length) {
    const row = node("div");
    row.append(node("dt"), node("dd"));
    target.append(row);
  }
  while (target.children.length > entries.length) target.lastChild.remove();
  entries.forEach(([name, value, kind], i) => {
    const row = target.children[i];
    row.className = kind ?? "";
    if (row.children[0].textContent !== name) row.children[0].textContent = name;
    if (row.children[1].textContent !== value) row.children[1].textContent = value;
  });
}

const figure = (value, digits = 4) => value === null || value === undefined ? "--" : String(Number(value.toPrecision(digits)));
const count = n => n.toLocaleString("en-GB").replaceAll(",", "\u2009");
const ms = value => value === null ? "--" : `${figure(value, 3)} ms`;
const shift = value => value === null || value === undefined ? "" : ` (${value >= 0 ? "+" : ""}${figure(value, 2)} sd)`;

function ago(milliseconds) {
  const s = Math.max(0, milliseconds) / 1000;
  return s < 9.95 ? `${s.toFixed(1)} s` : s < 120 ? `${Math.round(s)} s` : s < 7200 ? `${Math.floor(s / 60)} min` : s < 172800 ? `${Math.floor(s / 3600)} h` : `${Math.floor(s / 86400)} days`;
}

// --- begin

const begun = Date.now();
const polls = [every(1000, pollState), every(400, pollPicture), every(2000, pollStrip), every(10000, pollTrend), every(10000, loadThreshold)];
setInterval(showAges, 250);
document.addEventListener("visibilitychange", () => {
  // Nothing was asked while the page was hidden: what it shows is old until the box answers.
  showAges();
  refresh();
});
window.addEventListener("resize", paintTrend);

el("heat").addEventListener("click", () => {
  heat = !heat;
  el("heat").setAttribute("aria-pressed", String(heat));
  pictureTag = "";
  polls[1]();
});
el("slider").addEventListener("input", event => {
  el("number").value = String(Number(Number(event.target.value).toPrecision(6)));
  attempt(Number(event.target.value));
});
el("number").addEventListener("input", event => {
  if (event.target.value === "") return;
  el("slider").value = event.target.value;
  attempt(Number(event.target.value));
});
el("apply").addEventListener("click", () => change(tried));
el("undo").addEventListener("click", putBack);
el("reset").addEventListener("click", () => change(null));
el("confirm-form").addEventListener("submit", send);
el("large-heat").addEventListener("click", () => showLarge(el("large-heat").getAttribute("aria-pressed") !== "true"));
for (const button of document.querySelectorAll("[data-close]")) button.addEventListener("click", () => button.closest("dialog").close());
el("tabs").addEventListener("keydown", event => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const names = state.stations.map(s => s.name);
  const next = (names.indexOf(selected) + step + names.length) % names.length;
  select(names[next], true);
  el("tabs").children[next].focus();
});
refresh();
