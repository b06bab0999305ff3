// The list of inspections brings itself up to date when something is recorded.
// @ts-check
import { listen } from "./review-live.js";

const live = document.getElementById("live");
let waiting = 0;

async function renew() {
  const answer = await fetch(location.href, { headers: { accept: "text/html" } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("list");
  const list = document.getElementById("list");
  if (!fresh || !list || list.contains(document.activeElement)) return;
  list.replaceWith(fresh);
  dispatchEvent(new Event("jicha:renewed"));
}

listen({
  on(name) {
    if (name === "presence") return;
    clearTimeout(waiting);
    waiting = setTimeout(renew, 400);
  },
  lost(seconds) { if (live) { live.textContent = `${live.dataset.lost} · ${seconds} s`; live.hidden = false; } },
  back() { if (live) live.hidden = true; },
});
