// Building blocks of the review page: elements, words, times, requests.
// @ts-check

/** @typedef {{t: Record<string, string>, shows: Record<string, string>, decisions: Record<string, string>,
 *   categories: Record<string, string>, severities: Record<string, string>, reasons: [string, string][],
 *   states: Record<string, string>, flags: Record<string, string>, me: string, judges: boolean, statistics: boolean}} Words */
/** @typedef {{id: string, name: string}} Person */
/** @typedef {{inspection: string, hash: string, shows: string, point_name: string, unit_name: string, inspector_name: string,
 *   started_at: string, state: string, flags: string[], here: string[], own: boolean, looking: Person[]}} Item */

/** @type {Words} */
export const words = JSON.parse(document.getElementById("words")?.textContent ?? "{}");
export const t = words.t;

/**
 * An element with attributes (`on…` are listeners) and children.
 * @param {string} name
 * @param {Record<string, any>} [attributes]
 * @param {...(Node|string|null|undefined|false|(Node|string|null|undefined|false)[])} children
 * @returns {any}
 */
export function h(name, attributes = {}, ...children) {
  const svg = ["svg", "circle", "line", "path", "text", "g", "title", "rect"].includes(name);
  const element = svg ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : String(value));
  }
  for (const child of children.flat()) if (child || child === "") element.append(/** @type {any} */ (child));
  return element;
}

const language = document.documentElement.lang;
const dayAndTime = new Intl.DateTimeFormat(language, { dateStyle: "short", timeStyle: "short" });
const hourAndMinute = new Intl.DateTimeFormat(language, { timeStyle: "short" });

/** @param {string} at */
export function time(at) {
  const instant = new Date(at);
  const today = instant.toDateString() === new Date().toDateString();
  const text = (today ? hourAndMinute : dayAndTime).format(instant);
  return h("time", { datetime: at, title: instant.toString() }, text);
}

/** @param {string} hash @param {string} variant */
export const photoUrl = (hash, variant) => `/api/photos/${hash}/${variant}`;

/** What the server says when it does not do what was asked. */
export class Refusal extends Error {
  /** @param {{code: string, title: string, detail?: string, reason?: string}} problem @param {number} status */
  constructor(problem, status) {
    super(problem.detail || problem.title);
    this.code = problem.code;
    this.status = status;
  }
}

/** @param {string} path @param {any} [body] @returns {Promise<any>} */
export async function ask(path, body) {
  const options = body === undefined ? {} : {
    method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body),
  };
  const answer = await fetch(path, { ...options, headers: { accept: "application/json", .../** @type {any} */ (options).headers } });
  if (answer.status === 401) location.reload();
  if (answer.status === 204) return null;
  const content = await answer.json();
  if (!answer.ok) throw new Refusal(content, answer.status);
  return content;
}
