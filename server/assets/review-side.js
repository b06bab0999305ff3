// The right pane: everything that a photo is judged by.
// @ts-check
import { h, photoUrl, t, time, words } from "./review-dom.js";

/** @param {string} title @param {...any} content */
const section = (title, ...content) => h("section", { class: "card" }, h("h2", {}, title), ...content);

/** @param {any} detail @param {{open: (inspection: string, hash: string) => void, comment: (words: string) => void, compare: (hash: string) => void}} acts */
export function side(detail, acts) {
  return [
    head(detail), verdict(detail), rules(detail), registers(detail), near(detail, acts), plate(detail), sketch(detail),
    times(detail), comments(detail, acts), passport(detail),
  ].filter(Boolean);
}

function head(/** @type {any} */ detail) {
  const { item } = detail;
  return h("section", { class: "card side-head" },
    h("h2", {}, item.point_name),
    h("p", { class: "soft" }, `${item.unit_name} · ${item.inspector_name} · `, time(item.started_at)),
    h("p", { class: "marks" }, h("span", { class: "pill info" }, detail.shows_label),
      h("span", { class: `pill ${tone(item.state)}` }, words.states[item.state]),
      item.flags.map((/** @type {string} */ flag) => h("span", { class: "pill warn" }, words.flags[flag]))),
    detail.caption && h("p", { class: "caption" }, `“${detail.caption}”`),
    item.own && h("p", { class: "notice bad" }, t.own),
    detail.refused && h("p", { class: "notice bad" }, `${t.refused}${detail.refused}. ${t.ask_again}`),
    h("p", { class: "looking", id: "looking" }, detail.looking.map((/** @type {any} */ person) => `${person.name} ${t.looking}`).join(" · ")),
    h("a", { href: `/inspections/${item.inspection}` }, t.open_inspection));
}

/** @param {string} state */
export const tone = (state) => ({ accepted: "good", retake: "warn", finding: "bad", retake_arrived: "info" }[state] ?? "");

function verdict(/** @type {any} */ { verdict: given }) {
  if (!given) return null;
  return section(t.verdict,
    h("p", {}, h("span", { class: `pill ${tone(given.decision)}` }, words.decisions[given.decision]), " ", given.reason ?? "",
      h("span", { class: "sub" }, `${given.by.name} · `, time(given.at))),
    given.words && h("p", { class: "words" }, given.words));
}

function rules(/** @type {any} */ { rules: said }) {
  if (!said.length) return section(t.rules, h("p", { class: "soft" }, `✓ ${t.rules_fine}`));
  return section(t.rules, h("ul", { class: "verdicts" }, said.map((/** @type {any} */ rule) =>
    h("li", {}, h("span", { class: `lamp ${rule.outcome === "violated" ? "bad" : "warn"}`, "aria-hidden": "true" }), rule.sentence))));
}

function registers(/** @type {any} */ detail) {
  if (!detail.registers.length) return null;
  return section(t.registers,
    h("table", { class: "data readings" },
      h("thead", {}, h("tr", {}, h("th", { class: "num" }, t.before), h("th", { class: "num" }, t.typed), h("th", { class: "num" }, t.energy))),
      h("tbody", {}, detail.registers.map((/** @type {any} */ line) => [
        h("tr", { class: "label" }, h("th", { scope: "rowgroup", colspan: 3 }, line.label)),
        h("tr", { class: line.proved_here ? "here" : undefined },
          h("td", { class: "num" }, line.previous ?? "—", h("span", { class: "sub" }, line.previous_on ?? "")),
          h("td", { class: "num strong" }, line.value, h("span", { class: "sub" }, line.unit)),
          h("td", { class: "num" }, line.energy, h("span", { class: "sub" }, line.difference))),
        line.doubts.length > 0 && h("tr", { class: "doubts" }, h("td", { colspan: 3 }, line.doubts.map((/** @type {string} */ doubt) => h("p", {}, `⚠ ${doubt}`)))),
      ]).flat())),
    h("p", { class: "hint" }, `${t.multiplier} ${detail.multiplier}`));
}

function near(/** @type {any} */ detail, /** @type {any} */ acts) {
  const before = detail.previous_photo;
  if (!detail.near.length && !before) return null;
  return section(t.near, h("ul", { class: "near", tabindex: 0, "aria-label": t.near },
    before && h("li", {}, h("button", { type: "button", onclick: () => acts.compare(before) },
      h("img", { src: photoUrl(before, "thumbnail"), alt: "" }), h("span", {}, t.previous_photo))),
    detail.near.map((/** @type {any} */ other) => h("li", {},
      h("button", { type: "button", onclick: () => acts.compare(other.hash) },
        other.preview && h("img", { src: photoUrl(other.hash, "thumbnail"), alt: "" }),
        h("span", {}, other.point_name, h("span", { class: "sub" }, time(other.started_at), " · ",
          other.distance ? `${other.distance} ${t.bits}` : t.same_file)))))));
}

function plate(/** @type {any} */ detail) {
  if (!detail.plate.length) return null;
  const differ = detail.plate.filter((/** @type {any} */ line) => line.differs).length;
  return h("details", { class: "card", open: detail.item.shows === "nameplate" || differ > 0 },
    h("summary", {}, h("h2", {}, t.plate), differ > 0 && h("span", { class: "pill bad" }, `${differ} ${t.differs}`)),
    h("table", { class: "data" }, h("thead", {}, h("tr", {}, h("th", {}, ""), h("th", {}, t.ledger), h("th", {}, t.found))),
      h("tbody", {}, detail.plate.map((/** @type {any} */ line) => h("tr", { class: line.differs ? "differs" : undefined },
        h("th", { scope: "row" }, line.label), h("td", {}, line.ledger),
        h("td", {}, line.found, line.differs && h("span", { class: "hidden" }, ` (${t.differs})`)))))));
}

/** @param {number} metres */
const length = (metres) => (metres < 10_000 ? `${Math.round(metres)} m` : `${Math.round(metres / 1000)} km`);

/** A sketch in metres: no map, no foreign server. */
function sketch(/** @type {any} */ detail) {
  if (!detail.sketch) return section(t.map, h("p", { class: "soft" }, t.position_lost));
  const { spots, distance_m } = detail.sketch;
  const own = spots.filter((/** @type {any} */ spot) => spot.kind !== "neighbour");
  const reach = Math.max(25, ...own.map((/** @type {any} */ spot) => Math.hypot(spot.east_m, spot.north_m) + Math.min(spot.accuracy_m ?? 0, 60)));
  const nearest = spots.filter((/** @type {any} */ spot) => spot.kind === "neighbour").map((/** @type {any} */ spot) => Math.hypot(spot.east_m, spot.north_m));
  const metres = Math.max(reach, Math.min(120, nearest[Math.min(4, nearest.length - 1)] ?? 0)) * 1.2;
  const size = 300, half = size / 2, scale = half / metres;
  const px = (/** @type {any} */ spot) => [half + spot.east_m * scale, half - spot.north_m * scale];
  const bar = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7].flatMap((ten) => [ten, 2 * ten, 5 * ten]).filter((long) => long * scale < 110).pop() ?? 1;
  const drawing = h("svg", { viewBox: `0 0 ${size} ${size}`, class: "sketch", role: "img",
    "aria-label": distance_m === undefined ? t.map : `${Math.round(distance_m)} m ${t.from_point}` });
  for (const spot of spots) {
    const [x, y] = px(spot);
    if (Math.abs(x - half) > half || Math.abs(y - half) > half) continue;
    if (spot.kind === "neighbour") drawing.append(h("circle", { cx: x, cy: y, r: 3, class: "neighbour" }, h("title", {}, spot.name)));
    if (spot.kind === "visit") drawing.append(h("rect", { x: x - 5, y: y - 5, width: 10, height: 10, class: "visit" }, h("title", {}, t.visit)));
    if (spot.kind === "point") drawing.append(h("path", { d: `M${x} ${y - 8}l8 8l-8 8l-8 -8z`, class: "point" }, h("title", {}, spot.name)));
    if (spot.kind === "photo") {
      if (spot.accuracy_m) drawing.append(h("circle", { cx: x, cy: y, r: spot.accuracy_m * scale, class: "accuracy" }));
      drawing.append(h("circle", { cx: x, cy: y, r: 6, class: "photo" }, h("title", {}, t.photo)));
    }
  }
  const point = own.find((/** @type {any} */ spot) => spot.kind === "point"), photo = own.find((/** @type {any} */ spot) => spot.kind === "photo");
  if (point && photo) {
    const [ax, ay] = px(point), [bx, by] = px(photo);
    drawing.prepend(h("line", { x1: ax, y1: ay, x2: bx, y2: by, class: "way" }));
  }
  drawing.append(
    h("path", { d: `M14 ${size - 14}h${bar * scale}`, class: "bar" }), h("text", { x: 14, y: size - 20 }, length(bar)),
    h("path", { d: `M${size - 20} 34v-20l-5 8m5 -8l5 8`, class: "bar" }), h("text", { x: size - 20, y: 48, "text-anchor": "middle" }, t.north));
  const key = (/** @type {string} */ kind, /** @type {string} */ label) => h("li", {}, h("span", { class: `key ${kind}`, "aria-hidden": "true" }), label);
  return section(t.map, distance_m !== undefined && h("p", { class: distance_m > 200 ? "far" : undefined }, `${length(distance_m)} ${t.from_point}`),
    drawing, h("ul", { class: "legend" }, key("point", t.point), key("photo", t.photo), key("visit", t.visit), key("neighbour", t.neighbour)));
}

function times(/** @type {any} */ detail) {
  return section(t.times, h("ol", { class: "history" }, detail.times.map((/** @type {any} */ moment) =>
    h("li", {}, h("b", {}, t[moment.kind]), " ", time(moment.at)))));
}

function comments(/** @type {any} */ detail, /** @type {any} */ acts) {
  const field = h("textarea", { id: "comment", rows: 2, maxlength: 1000, "aria-label": t.comment, placeholder: t.comment });
  const form = h("form", { class: "comment-form", onsubmit: (/** @type {Event} */ event) => {
    event.preventDefault();
    if (field.value.trim()) acts.comment(field.value);
  } }, field, h("button", {}, t.send));
  field.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    if (event.key === "Escape") field.blur();
  });
  return section(t.comments,
    detail.comments.length ? h("ol", { class: "thread" }, detail.comments.map((/** @type {any} */ comment) =>
      h("li", { class: comment.about_this ? "here" : undefined }, h("b", {}, comment.by.name), " ", h("span", { class: "soft" }, time(comment.at)),
        h("p", { class: "words" }, comment.words)))) : h("p", { class: "soft" }, t.no_comments),
    detail.may_judge && form);
}

function passport(/** @type {any} */ detail) {
  return h("details", { class: "card" }, h("summary", {}, h("h2", {}, t.passport)),
    h("dl", { class: "facts tight" }, detail.passport.map((/** @type {any} */ fact) => [h("dt", {}, fact.label), h("dd", {}, fact.value)]).flat()));
}
