// The review page: a queue on the left, one photo large, what it is judged by on the right.
// @ts-check
import { Refusal, ask, h, photoUrl, t, time, words } from "./review-dom.js";
import { listen } from "./review-live.js";
import { side, tone } from "./review-side.js";
import { Viewer, tools } from "./review-viewer.js";

/** @typedef {import("./review-dom.js").Item} Item */

const UNDO_S = 10;
const STATES = ["to_review", "retake_arrived", "retake", "finding", "on_its_way", "accepted"];
const find = (/** @type {string} */ id) => /** @type {any} */ (document.getElementById(id));
const [queueList, stage, sidePane, tabs, toasts, dialog, filters] =
  ["queue", "stage", "side", "tabs", "toasts", "dialog", "filter-form"].map(find);

/** What is shown. */
const page = {
  /** @type {Item[]} */ items: [],
  /** @type {string|undefined} */ next: undefined,
  /** @type {any} */ counts: {},
  /** @type {string|undefined} */ last: undefined,
  /** @type {Item|null} */ current: null,
  /** @type {any} */ detail: null,
  /** @type {Map<string, Item>} */ selection: new Map(),
  state: "to_review",
  loading: 0,
};
const viewer = new Viewer();
const second = new Viewer();
const keyOf = (/** @type {{inspection: string, hash: string}} */ item) => `${item.inspection}/${item.hash}`;
const same = (/** @type {any} */ a, /** @type {any} */ b) => Boolean(a && b && keyOf(a) === keyOf(b));

// ---- The address holds the place in the queue, so that a reload comes back to it.

function readAddress() {
  const given = new URLSearchParams(location.search);
  page.state = STATES.includes(given.get("state") ?? "") ? String(given.get("state")) : "to_review";
  const [inspection, hash] = (given.get("photo") ?? "").split("/");
  return inspection && hash ? { inspection, hash } : null;
}

function filterQuery() {
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(filters)) if (value) query.set(name, String(value));
  return query;
}

function writeAddress() {
  const query = filterQuery();
  if (page.state !== "to_review") query.set("state", page.state);
  if (page.current) query.set("photo", keyOf(page.current));
  history.replaceState(null, "", `/review${query.size ? `?${query}` : ""}`);
  const count = filterQuery().size;
  find("filter-count").textContent = count ? ` ${count}` : "";
}

// ---- The queue.

async function loadQueue({ more = false } = {}) {
  const query = filterQuery();
  query.set("state", page.state);
  if (more && page.next) query.set("after", page.next);
  else query.set("limit", String(Math.min(200, Math.max(50, page.items.length))));
  const turn = ++page.loading;
  const answer = await ask(`/api/review/queue?${query}`);
  if (turn !== page.loading) return;
  page.items = more ? [...page.items, ...answer.items] : answer.items;
  page.next = answer.next;
  page.counts = answer.counts;
  page.last = answer.last_act_at;
  showTabs();
  showQueue();
}

function showTabs() {
  tabs.replaceChildren(...STATES.map((state) => h("button", {
    type: "button", class: "tab", "data-state": state, "aria-pressed": String(state === page.state),
    onclick: () => { page.state = state; page.items = []; page.selection.clear(); open(null); },
  }, state === "to_review" ? t.to_review : words.states[state], h("b", { class: "count" }, String(page.counts[state] ?? 0)))));
}

function showQueue() {
  const { scrollTop } = queueList.parentElement;
  const rows = page.items.map((item) => row(item));
  if (page.next) rows.push(h("li", { class: "more" }, h("button", { type: "button", onclick: () => loadQueue({ more: true }) }, t.more)));
  queueList.replaceChildren(...rows);
  queueList.parentElement.scrollTop = scrollTop;
  showSelection();
}

/** @param {Item} item */
function row(item) {
  const picture = item.here.includes("thumbnail")
    ? h("img", { src: photoUrl(item.hash, "thumbnail"), alt: "", loading: "lazy", width: 72, height: 54 })
    : h("span", { class: "tile", "aria-hidden": "true" }, item.flags.includes("refused") ? "✕" : "…");
  const box = h("input", { type: "checkbox", "aria-label": `${t.select}: ${item.point_name}`, onchange: () => select(item) });
  box.checked = page.selection.has(keyOf(item));
  box.disabled = !canAccept(item);
  return h("li", { class: same(item, page.current) ? "current" : undefined, "data-key": keyOf(item) },
    words.judges && h("label", { class: "pick" }, box),
    h("button", { type: "button", class: "row", "aria-current": same(item, page.current) ? "true" : undefined, onclick: () => open(item) },
      picture,
      h("span", { class: "row-text" },
        h("b", {}, item.point_name),
        h("span", { class: "sub" }, `${words.shows[item.shows] ?? item.shows} · ${item.inspector_name} · `, time(item.started_at)),
        h("span", { class: "marks" },
          item.state !== "waiting" && h("span", { class: `pill ${tone(item.state)}` }, words.states[item.state]),
          item.own && h("span", { class: "pill" }, "⊘"),
          item.looking.map((person) => h("span", { class: "pill info" }, `● ${person.name}`)),
          item.flags.map((flag) => h("span", { class: "pill warn" }, words.flags[flag]))))));
}

/** @param {Item} item */
function select(item) {
  const key = keyOf(item);
  if (!page.selection.has(key) && !canAccept(item)) return;
  if (!page.selection.delete(key)) page.selection.set(key, item);
  const box = queueList.querySelector(`[data-key="${key}"] input`);
  if (box) box.checked = page.selection.has(key);
  showSelection();
}

function showSelection() {
  let bar = find("selection");
  if (!page.selection.size) { bar?.remove(); return; }
  if (!bar) { bar = h("div", { id: "selection", class: "selection" }); queueList.parentElement.append(bar); }
  bar.replaceChildren(
    h("span", {}, `${page.selection.size} ${t.selected}`),
    h("button", { type: "button", class: "primary", onclick: acceptSelection }, t.accept_selection),
    h("button", { type: "button", class: "quiet", "aria-label": t.cancel, onclick: () => { page.selection.clear(); showQueue(); } }, "✕"));
}

/** The neighbour in the queue; photos that somebody looks at are passed over on the way. @param {number} step */
function neighbour(step) {
  const at = page.items.findIndex((item) => same(item, page.current));
  for (let next = at + step; next >= 0 && next < page.items.length; next += step) {
    const item = page.items[next];
    if (!item.looking.length && !(item.own && page.state === "to_review")) return item;
  }
  return null;
}

async function go(/** @type {number} */ step) {
  let next = neighbour(step);
  if (!next && step > 0 && page.next) { await loadQueue({ more: true }); next = neighbour(step); }
  if (next) open(next);
}

// ---- One photo.

/** @param {{inspection: string, hash: string}|null} item */
async function open(item) {
  if (!item) { page.current = null; page.detail = null; await loadQueue(); item = page.items.find((one) => !one.own && !one.looking.length) ?? page.items[0] ?? null; }
  page.current = /** @type {Item|null} */ (item);
  page.detail = null;
  document.body.classList.toggle("comparing", false);
  viewer.mirror = null;
  writeAddress();
  markCurrent();
  if (!item) return showEmpty();
  try {
    const detail = await ask(`/api/review/photos/${item.inspection}/${item.hash}`);
    if (!same(detail.item, page.current)) return;
    page.current = detail.item;
    page.detail = detail;
    showDetail();
    tellPresence();
    preload();
  } catch (problem) {
    if (problem instanceof Refusal && problem.status === 404) { page.current = null; writeAddress(); showEmpty(); } else fail(problem);
  }
}

function markCurrent() {
  for (const line of queueList.children) {
    const here = line.dataset.key === (page.current && keyOf(page.current));
    line.classList.toggle("current", here);
    const button = line.querySelector(".row");
    if (here) { button?.setAttribute("aria-current", "true"); line.scrollIntoView({ block: "nearest" }); } else button?.removeAttribute("aria-current");
  }
}

function preload() {
  const next = neighbour(1);
  if (next?.here.includes("preview")) new Image().src = photoUrl(next.hash, "preview");
}

function showEmpty() {
  const waiting = page.state === "to_review";
  stage.replaceChildren(h("div", { class: "empty" },
    h("p", { class: "big" }, waiting ? t.nothing : t.nothing_here),
    waiting && page.last && h("p", { class: "soft" }, `${t.last_item} `, time(page.last)),
    h("p", { class: "agreement soft", id: "agreement" })));
  sidePane.replaceChildren();
  showAgreement();
}

async function showAgreement() {
  const line = find("agreement");
  if (!words.statistics || !line) return;
  const { pairs, percent, kappa } = await ask("/api/review/agreement");
  if (pairs) line.textContent = `${t.agreement}: ${percent.toFixed(0)} %${kappa === undefined ? "" : `, κ = ${kappa.toFixed(2)}`} (${pairs} ${t.pairs})`;
}

/** Whether somebody can have seen it, so that it may be accepted. */
const canAccept = (/** @type {Item} */ item) => !item.flags?.includes("refused") && Boolean(item.here?.includes("preview") || item.here?.includes("original"));
const isHere = (/** @type {any} */ detail) => detail.item.here.includes("preview") || (detail.item.here.includes("original") && !detail.refused);

function showDetail() {
  const { detail } = page;
  const { item } = detail;
  const label = `${detail.shows_label}, ${item.point_name}`;
  const content = isHere(detail) ? viewer.frame : notHere(detail);
  stage.replaceChildren(tools(() => viewer, { compare: () => compare(), help }),
    h("div", { class: "frames", id: "frames" }, content), strip(detail), actions(detail));
  if (isHere(detail) && viewer.hash !== item.hash) viewer.load(item.hash, item.here, detail.pixels, label);
  else if (isHere(detail)) viewer.fit();
  showSide();
}

/** The photo that the side pane is of; what was typed for it must not land on another. */
let sideOf = "";

function showSide() {
  const shown = keyOf(page.detail.item);
  const typed = sideOf === shown ? find("comment")?.value ?? "" : "";
  sideOf = shown;
  sidePane.replaceChildren(...side(page.detail, { open: (inspection, hash) => open({ inspection, hash }), comment, compare }));
  if (typed && find("comment")) find("comment").value = typed;
}

/** A photo that is on its way, or whose bytes were refused: never a broken picture. */
function notHere(/** @type {any} */ detail) {
  const thumbnail = detail.item.here.includes("thumbnail");
  const phone = detail.phone;
  return h("div", { class: `not-here ${detail.refused ? "refused" : ""}` },
    thumbnail && h("img", { src: photoUrl(detail.item.hash, "thumbnail"), alt: detail.shows_label }),
    detail.refused ? h("p", { class: "big" }, `${t.refused}${detail.refused}`)
      : h("p", { class: "big" }, `${t.on_phone}${phone?.person ?? detail.item.inspector_name}`),
    detail.refused ? h("p", {}, t.ask_again) : phone?.seen_at && h("p", { class: "soft" }, `${t.seen} `, time(phone.seen_at), ` · ${phone.name}`));
}

function strip(/** @type {any} */ detail) {
  return h("ol", { class: "strip" }, detail.strip.map((/** @type {any} */ shot) => {
    if (!shot.hash) {
      return h("li", {}, h("div", { class: "slot" }, h("span", {}, shot.label), h("small", {}, shot.excuse ?? t.missing_shot)));
    }
    const here = shot.hash === detail.item.hash;
    return h("li", {}, h("button", { type: "button", class: `shot ${tone(shot.state)}`, "aria-current": here ? "true" : undefined,
      title: `${shot.label}: ${words.states[shot.state]}`, onclick: () => open({ inspection: detail.item.inspection, hash: shot.hash }) },
      shot.thumbnail ? h("img", { src: photoUrl(shot.hash, "thumbnail"), alt: "" }) : h("span", { class: "tile", "aria-hidden": "true" }, "…"),
      h("small", {}, shot.label)));
  }));
}

function actions(/** @type {any} */ detail) {
  const may = detail.may_judge;
  const button = (/** @type {string} */ label, /** @type {string} */ key, /** @type {string} */ tint, /** @type {() => void} */ act, open = may) =>
    h("button", { type: "button", class: `act ${tint}`, disabled: !open, onclick: act, "aria-keyshortcuts": key }, label, h("kbd", { "aria-hidden": "true" }, key));
  return h("div", { class: "acts" },
    button("‹", "K", "step", () => go(-1), true),
    button(t.accept, "A", "good", () => judge({ decision: "accepted" }), may && canAccept(detail.item)),
    button(t.retake, "R", "warn", askReason),
    button(t.finding, "F", "bad", askFinding),
    button("›", "J", "step", () => go(1), true));
}

// ---- Acts.

/** True while an act is on its way: a key that is pressed meanwhile would meet another photo than the one meant. */
let acting = false;

/** @param {{decision: string, reason?: string, words?: string, overrule?: boolean}} verdict @param {Item[]} [photos] */
async function judge(verdict, photos) {
  if (!page.detail?.may_judge && !photos) return;
  const chosen = photos ?? [page.detail.item];
  const names = chosen.map(({ inspection, hash }) => ({ inspection, hash }));
  // The photos are named here once: by the time of the answer another may be shown. A selection overrules nobody.
  const overrule = chosen.length > 1 ? null : () => judge({ ...verdict, overrule: true }, chosen);
  await act(() => ask("/api/review/verdicts", { photos: names, ...verdict }), words.decisions[verdict.decision], chosen, overrule);
}

/** Does it, offers to take it back, and goes on to the next. @param {() => Promise<any>} send @param {string} said @param {Item[]} chosen @param {(() => void)|null} overrule */
async function act(send, said, chosen, overrule) {
  if (acting) return;
  const back = page.current;
  const inList = page.state === "to_review" || page.state === "retake_arrived";
  const next = inList ? (chosen.length === 1 ? neighbour(1) ?? neighbour(-1) : null) : null;
  try {
    acting = true;
    const answer = await send().finally(() => { acting = false; });
    const done = answer.acts.filter((/** @type {any} */ one) => one.act);
    const refused = answer.acts.filter((/** @type {any} */ one) => one.problem);
    const gone = new Set(done.map(keyOf));
    if (inList) page.items = page.items.filter((item) => !gone.has(keyOf(item)));
    for (const key of gone) page.selection.delete(String(key));
    const count = done.length > 1 ? ` × ${done.length}` : "";
    const first = chosen[0];
    offerUndo(`${said}${count}: ${first.point_name}`, done.map((/** @type {any} */ one) => one.act), back);
    if (refused.length) toast(h("span", {}, `${t.failed}: ${refused.map((/** @type {any} */ one) => one.problem.detail || one.problem.title).join("; ")}`), "bad");
    if (inList && gone.has(back && keyOf(back))) {
      showQueue();
      const follow = next && page.items.find((item) => same(item, next));
      if (follow) { loadQueue(); await open(follow); } else await open(null);
    } else { await loadQueue(); if (back) await open(back); }
  } catch (problem) {
    if (problem instanceof Refusal && problem.code === "judged_meanwhile") judgedMeanwhile(problem, overrule);
    else fail(problem);
  }
}

/** @param {Refusal} problem @param {(() => void)|null} overrule */
function judgedMeanwhile(problem, overrule) {
  const [name, decision] = problem.message.split(": ");
  show(t.judged_by_other, h("p", { class: "big" }, `${name}: ${words.decisions[decision] ?? decision}`),
    h("div", { class: "actions" },
      h("button", { type: "button", class: "primary", onclick: () => { dialog.close(); if (page.current) open(page.current); loadQueue(); } }, t.keep_theirs),
      overrule && h("button", { type: "button", onclick: () => { dialog.close(); overrule(); } }, t.overrule)));
}

/** @type {(() => void)|null} */
let undoLatest = null;

/** @param {string} said @param {string[]} acts @param {Item|null} back */
function offerUndo(said, acts, back) {
  let left = UNDO_S;
  const count = h("span", { class: "countdown", "aria-hidden": "true" }, String(left));
  const undo = async () => {
    close();
    try {
      for (const id of acts) await ask(`/api/review/acts/${id}/undo`, {});
      toast(h("span", {}, `${t.undone}: ${said}`));
    } catch (problem) { fail(problem); }
    // Some may be undone and the rest not: what is shown is what the server has.
    try {
      await loadQueue();
      if (back) await open(back);
    } catch (problem) { fail(problem); }
  };
  const line = toast(h("span", {}, said), "act-toast", h("button", { type: "button", onclick: undo }, `${t.undo} `, h("kbd", {}, "U")), count);
  const clock = setInterval(() => { count.textContent = String(--left); if (left <= 0) close(); }, 1000);
  function close() { clearInterval(clock); line.remove(); if (undoLatest === undo) undoLatest = null; }
  undoLatest = undo;
}

/** @param {Node} content @param {string} [kind] @param {...Node} more */
function toast(content, kind = "", ...more) {
  const line = h("div", { class: `toast ${kind}` }, content, ...more);
  toasts.append(line);
  while (toasts.children.length > 3) toasts.firstElementChild.remove();
  if (!more.length) setTimeout(() => line.remove(), 5000);
  return line;
}

/** @param {any} problem */
const fail = (problem) => { toast(h("span", {}, `${t.failed}: ${problem.message ?? problem}`), "bad"); };

async function acceptSelection() {
  const photos = [...page.selection.values()];
  if (photos.length) await judge({ decision: "accepted" }, photos);
}

/** @param {string} typed */
async function comment(typed) {
  const { inspection, hash } = page.detail.item;
  try {
    const answer = await ask("/api/review/comments", { inspection, hash, words: typed });
    find("comment").value = "";
    offerUndo(t.comment, answer.acts.map((/** @type {any} */ one) => one.act), page.current);
    await renewDetail();
  } catch (problem) { fail(problem); }
}

// ---- Dialogs.

/** @param {string} title @param {...any} content */
function show(title, ...content) {
  dialog.replaceChildren(h("div", { class: "dialog-head" }, h("h2", { id: "dialog-title" }, title),
    h("button", { type: "button", class: "quiet", "aria-label": t.close, onclick: () => dialog.close() }, "✕")), ...content);
  dialog.setAttribute("aria-labelledby", "dialog-title");
  dialog.onkeydown = null;
  if (!dialog.open) dialog.showModal();
}

function askReason() {
  if (!page.detail?.may_judge) return;
  const field = h("input", { name: "words", maxlength: 500, placeholder: t.words, "aria-label": t.words });
  const hint = h("p", { class: "hint", role: "alert" });
  const choose = (/** @type {string} */ reason) => {
    const said = field.value.trim();
    if (reason === "other" && !said) { hint.textContent = t.words_needed; field.dataset.reason = reason; field.focus(); return; }
    dialog.close();
    judge({ decision: "retake", reason, words: said || undefined });
  };
  show(t.reason, h("div", { class: "reasons" }, words.reasons.map(([word, label], at) =>
    h("button", { type: "button", onclick: () => choose(word) }, h("kbd", {}, String(at + 1)), label))), field, hint);
  dialog.querySelector(".reasons button").focus();
  dialog.onkeydown = (/** @type {KeyboardEvent} */ event) => {
    if (event.target === field) {
      if (event.key !== "Enter" || !field.value.trim()) return;
      event.preventDefault();
      if (field.dataset.reason) choose(field.dataset.reason); else dialog.querySelector(".reasons button").focus();
      return;
    }
    const reason = words.reasons[Number(event.key) - 1];
    if (reason) { event.preventDefault(); choose(reason[0]); }
  };
}

function askFinding() {
  if (!page.detail?.may_judge) return;
  const { item, shows_label } = page.detail;
  const category = /** @type {Record<string, string>} */ ({ seal: "seal", register: "reading", wiring: "wiring", nameplate: "ledger", cabinet: "installation" })[item.shows] ?? "other";
  const options = (/** @type {Record<string, string>} */ list, /** @type {string} */ chosen) =>
    Object.entries(list).map(([value, label]) => h("option", { value, selected: value === chosen }, label));
  const form = h("form", { class: "stack", onsubmit: (/** @type {Event} */ event) => {
    event.preventDefault();
    const given = Object.fromEntries(new FormData(form));
    dialog.close();
    const photo = { inspection: item.inspection, hash: item.hash };
    const send = (overrule = false) => act(() => ask("/api/review/findings", { photo, ...given, overrule }), t.finding, [item], () => send(true));
    send();
  } },
    h("label", {}, t.title, h("input", { name: "title", required: true, maxlength: 200, autofocus: true, placeholder: `${shows_label}…` })),
    h("div", { class: "row-of-two" },
      h("label", {}, t.category, h("select", { name: "category" }, options(words.categories, category))),
      h("label", {}, t.severity, h("select", { name: "severity" }, options(words.severities, "2")))),
    h("label", {}, t.description, h("textarea", { name: "description", rows: 3, maxlength: 1000 })),
    h("label", {}, t.remedy, h("input", { name: "remedy", maxlength: 300 })),
    h("div", { class: "actions" }, h("button", { class: "primary" }, t.send), h("button", { type: "button", onclick: () => dialog.close() }, t.cancel)));
  show(t.finding, form);
}

/** @type {[string, string][]} */
const KEYS = [["J  K", `${t.next} / ${t.previous}`], ["A", t.accept], ["R  1–7", t.retake], ["F", t.finding], ["C", t.comment], ["U", t.undo],
  ["X", t.select], ["Shift A", t.accept_selection], ["Z", t.zoom], ["[  ]", `${t.rotate_left} / ${t.rotate_right}`],
  ["-  +", `${t.darker} / ${t.brighter}`], ["V", t.contrast], ["L", t.loupe], ["D", t.compare], ["?", t.help]];

function help() {
  show(t.help, h("dl", { class: "keys" }, KEYS.map(([keys, label]) =>
    [h("dt", {}, keys.split("  ").map((key) => h("kbd", {}, key))), h("dd", {}, label)]).flat()));
}

/** Two photos side by side, zoomed together. @param {string} [other] */
function compare(other) {
  const { detail } = page;
  if (!detail || !isHere(detail)) return;
  const frames = find("frames");
  if (document.body.classList.contains("comparing") && !other) {
    document.body.classList.remove("comparing");
    viewer.mirror = null;
    second.frame.remove();
    return;
  }
  const beside = detail.strip.filter((/** @type {any} */ shot) => shot.hash && shot.thumbnail && shot.hash !== detail.item.hash);
  const near = detail.near.find((/** @type {any} */ one) => one.preview && one.hash !== detail.item.hash);
  const hash = other ?? near?.hash ?? detail.previous_photo ?? beside[0]?.hash;
  if (!hash) { toast(h("span", {}, t.nothing_to_compare)); return; }
  document.body.classList.add("comparing");
  frames.append(second.frame);
  second.load(hash, ["preview"], undefined, t.near);
  viewer.mirror = second;
  viewer.fit();
}

// ---- Presence and live events.

async function tellPresence() {
  const photo = page.current && { inspection: page.current.inspection, hash: page.current.hash };
  try { await ask("/api/review/presence", { photo }); } catch { /* The next time will do. */ }
}
setInterval(() => { if (!document.hidden && page.current) tellPresence(); }, 20_000);
addEventListener("pagehide", () => navigator.sendBeacon?.("/api/review/presence", new Blob(["{}"], { type: "application/json" })));

async function renewDetail() {
  const shown = page.current;
  if (!shown) return;
  const detail = await ask(`/api/review/photos/${shown.inspection}/${shown.hash}`);
  if (!same(detail.item, page.current)) return;
  const wasHere = page.detail && isHere(page.detail);
  page.detail = detail;
  page.current = detail.item;
  // The picture stays as it is, with its zoom, unless it has only now arrived.
  if (wasHere !== isHere(detail)) { showDetail(); return; }
  stage.querySelector(".strip")?.replaceWith(strip(detail));
  stage.querySelector(".acts")?.replaceWith(actions(detail));
  showSide();
}

let renewing = 0;
/** @param {boolean} withDetail */
function renewSoon(withDetail) {
  clearTimeout(renewing);
  renewing = setTimeout(async () => {
    try {
      await loadQueue();
      if (!page.current && page.items.length) await open(null);
      else if (withDetail) await renewDetail();
    } catch (problem) { fail(problem); }
  }, 250);
}

let detailConcerned = false;
const live = find("live");
listen({
  on(name, data) {
    if (name === "presence") {
      const people = data.people.filter((/** @type {any} */ person) => person.id !== words.me);
      for (const item of page.items) if (same(item, data)) item.looking = people;
      showQueue();
      if (same(page.current, data) && find("looking")) {
        find("looking").textContent = people.map((/** @type {any} */ person) => `${person.name} ${t.looking}`).join(" · ");
      }
      return;
    }
    detailConcerned ||= name === "resync" || data.inspection === page.current?.inspection;
    renewSoon(detailConcerned);
    detailConcerned = false;
  },
  lost(seconds) { live.textContent = `${t.lost}${seconds}`; live.className = "live lost"; },
  back() { if (live.className === "live lost") renewSoon(true); live.textContent = t.live; live.className = "live on"; },
});

// ---- Keys, filters, beginning.

/** @type {Record<string, () => void>} */
const ACTS = {
  j: () => go(1), ArrowRight: () => go(1), k: () => go(-1), ArrowLeft: () => go(-1),
  a: () => { if (page.detail && canAccept(page.detail.item)) judge({ decision: "accepted" }); },
  A: acceptSelection, r: askReason, f: askFinding, u: () => undoLatest?.(),
  z: () => viewer.toggle(), "[": () => viewer.rotate(-1), "]": () => viewer.rotate(1),
  "-": () => viewer.brighten(-0.2), "+": () => viewer.brighten(0.2), "=": () => viewer.brighten(0.2),
  v: () => viewer.nextContrast(), l: () => viewer.setLoupe(), d: () => compare(), "?": help,
  c: () => { find("comment")?.focus(); find("comment")?.scrollIntoView({ block: "center" }); },
  x: () => { if (page.current && words.judges) select(page.current); },
};

addEventListener("keydown", (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  if (acting || event.ctrlKey || event.metaKey || event.altKey || dialog.open || target.matches("input:not([type=checkbox]), textarea, select")) return;
  const name = event.key.length === 1 && !event.shiftKey ? event.key.toLowerCase() : event.key;
  const wanted = ACTS[name];
  if (wanted) { event.preventDefault(); wanted(); }
});

viewer.onswipe = (direction) => go(direction);
filters.addEventListener("change", () => { page.items = []; page.selection.clear(); open(null); });

const asked = readAddress();
writeAddress();
loadQueue().then(() => open(asked ?? page.items.find((item) => !item.own && !item.looking.length) ?? page.items[0] ?? null)).catch(fail);
