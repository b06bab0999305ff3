// The review page in a real browser, over a real server with real photos that arrive while it looks.
// Pictures go to JICHA_PICTURES if it is set. See demonstration.mjs for the other variables.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { play } from "./demonstration.mjs";

const pictures = process.env.JICHA_PICTURES;
const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

let demo, said, camera;
const left = [];

before(async () => {
  demo = await play({ server: ["--second-review-percent", "0"], demo: ["--photos-stay"] });
  said = demo.said;
  camera = [];
  for (const name of (await readdir(join(demo.folder, "camera"))).sort()) {
    const bytes = await readFile(join(demo.folder, "camera", name));
    camera.push({ bytes, hash: createHash("sha256").update(bytes).digest("hex") });
  }
  await prepare();
});

after(() => demo?.stop());

async function cookieOf([login, password]) {
  const answer = await fetch(`${said.url}/sign-in`, {
    method: "POST", redirect: "manual", headers: { origin: said.url, "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ login, password }),
  });
  return answer.headers.get("set-cookie").split(";")[0];
}

async function api(cookie, path, body, method = "POST") {
  const answer = await fetch(`${said.url}${path}`, {
    method: body ? method : "GET", headers: { cookie, origin: said.url, "content-type": "application/json" },
    body: body && JSON.stringify(body),
  });
  assert.ok(answer.ok, `${path}: ${answer.status} ${answer.ok ? "" : await answer.clone().text()}`);
  return answer.status === 204 ? null : answer.json();
}

let uploader;

/** The administrator gives itself a second supervisor, and the right to send photos; all but the last photo arrive. */
async function prepare() {
  uploader = await cookieOf(said.administrator);
  const { people } = await api(uploader, "/api/people");
  const boss = people.find((person) => person.login === said.administrator[0]);
  for (const role of ["inspector", "supervisor"]) await api(uploader, `/api/people/${boss.id}/grants`, { role, unit: "ROOT" });
  const { items } = await api(uploader, "/api/review/queue?state=on_its_way&limit=200");
  camera = camera.filter((photo) => items.some((item) => item.hash === photo.hash));
  // The one that stays on the phone for now belongs to few inspections.
  const uses = (photo) => items.filter((item) => item.hash === photo.hash).length;
  camera.sort((a, b) => uses(b) - uses(a));
  left.push(camera.pop());
  for (const photo of camera) await upload(photo);
}

async function upload({ bytes, hash }) {
  const encode = (text) => Buffer.from(text).toString("base64");
  const answer = await fetch(`${said.url}/api/photos/uploads`, {
    method: "POST", body: bytes,
    headers: { cookie: uploader, origin: said.url, "tus-resumable": "1.0.0", "upload-length": String(bytes.length),
      "content-type": "application/offset+octet-stream",
      "upload-metadata": `hash ${encode(hash)},variant ${encode("original")},filetype ${encode("image/jpeg")}` },
  });
  assert.equal(answer.status, 201, await answer.text());
  // The server makes thumbnail and preview in its own time.
  for (let tries = 0; tries < 600; tries++) {
    const { receipts: [receipt] } = await api(uploader, "/api/photos/receipts", { hashes: [hash] });
    if (receipt.preview === "checked") return;
    await new Promise((done) => setTimeout(done, 100));
  }
  assert.fail("no preview was made");
}

const signedIn = (options, person) => demo.signedIn(options, person);

async function reviewing(options, person) {
  const opened = await signedIn(options, person);
  await opened.page.goto(`${said.url}/review`);
  await opened.page.waitForSelector(".frame-large.loaded");
  return opened;
}

const wide = { locale: "zh-CN", viewport: { width: 1440, height: 900 } };
const picture = (page, name) => pictures && page.screenshot({ path: join(pictures, name) });
const count = async (page, state) => Number(await page.locator(`.tab[data-state=${state}] .count`).innerText());
const current = (page) => new URL(page.url()).searchParams.get("photo");
const acted = (page) => page.waitForSelector(".act-toast");
const until = async (page, what, ...given) => page.waitForFunction(what, given.length > 1 ? given : given[0], { timeout: 15_000 });
/** Another photo is open, and what it is judged by is there: before that, keys are not listened to. */
const moved = (page, from) => until(page, (from) => new URL(location.href).searchParams.get("photo") !== from
  && document.querySelector(".acts button:not([disabled])") !== null, from);
const counted = (page, state, wanted) => until(page, ([state, wanted]) =>
  Number(document.querySelector(`.tab[data-state=${state}] .count`)?.textContent) === wanted, state, wanted);

test("the first page is usable in under 200 kB beside the photos", async () => {
  const { page, context } = await signedIn(wide);
  let bytes = 0;
  page.on("requestfinished", async (request) => {
    if (!request.url().includes("/api/photos/")) {
      const sizes = await request.sizes();
      bytes += sizes.responseBodySize + sizes.responseHeadersSize;
    }
  });
  await page.goto(`${said.url}/review`);
  await page.waitForSelector(".frame-large.loaded");
  assert.ok(bytes > 10_000 && bytes < 200_000, `${bytes} bytes`);
  await context.close();
});

test("a supervisor judges by keyboard: zoom, accept, undo, retake with a reason, finding, comment, batch", async () => {
  const { page, context, complaints } = await reviewing(wide);
  await picture(page, "review.png");
  const waiting = await count(page, "to_review");
  assert.ok(waiting > 10, `${waiting} wait`);
  await page.keyboard.press("z");
  assert.ok(await page.locator(".frame-large.zoomed").count(), "zoomed to its own pixels");
  await page.keyboard.press("]");
  await page.keyboard.press("+");
  await page.keyboard.press("z");
  const first = current(page);
  await page.keyboard.press("a");
  await acted(page);
  await moved(page, first);
  await counted(page, "to_review", waiting - 1);
  await picture(page, "review-undo.png");
  await page.keyboard.press("u");
  await counted(page, "to_review", waiting);
  await until(page, (first) => new URL(location.href).searchParams.get("photo") === first, first);
  // The place in the queue survives a reload.
  await page.keyboard.press("j");
  await moved(page, first);
  const secondPhoto = current(page);
  await page.reload();
  await page.waitForSelector(".frame-large.loaded");
  assert.equal(current(page), secondPhoto);
  await page.keyboard.press("r");
  await page.waitForSelector("dialog[open] .reasons");
  await picture(page, "review-retake.png");
  await page.locator("dialog input[name=words]").fill("请对准总示数");
  await page.locator(".reasons button").nth(1).click();
  await counted(page, "retake", 1);
  await moved(page, secondPhoto);
  const third = current(page);
  await page.keyboard.press("f");
  await page.waitForSelector("dialog[open] form");
  await page.locator("dialog input[name=title]").fill("计量箱未上锁");
  await page.locator("dialog button.primary").click();
  await counted(page, "finding", 1);
  await moved(page, third);
  await page.keyboard.press("c");
  await page.keyboard.type("与上月照片比较过");
  await page.keyboard.press("Control+Enter");
  await page.waitForSelector(".thread li");
  await page.evaluate(() => document.activeElement?.blur());
  const before = await count(page, "to_review");
  await page.keyboard.press("x");
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await page.waitForSelector("#selection");
  await picture(page, "review-selection.png");
  await page.keyboard.press("Shift+A");
  await counted(page, "to_review", before - 2);
  await counted(page, "accepted", 2);
  assert.deepEqual(complaints, []);
  await context.close();
});

test("two photos are compared side by side, zoomed together", async () => {
  const { page, context, complaints } = await reviewing({ ...wide, locale: "en-GB" });
  await page.keyboard.press("d");
  await page.waitForFunction(() => document.querySelectorAll(".frame-large.loaded").length === 2);
  await page.keyboard.press("z");
  assert.equal(await page.locator(".frame-large.zoomed").count(), 2);
  await page.keyboard.press("z");
  await picture(page, "review-compare.png");
  await page.evaluate(() => document.querySelector(".sketch")?.scrollIntoView({ block: "end" }));
  await picture(page, "review-side.png");
  await page.keyboard.press("?");
  await page.waitForSelector("dialog[open] .keys");
  await picture(page, "review-help.png");
  assert.deepEqual(complaints, []);
  await context.close();
});

test("two supervisors at once: each sees the other, and who is slower sees what was decided", async () => {
  const li = await reviewing(wide);
  const photo = current(li.page);
  const boss = await signedIn(wide, said.administrator);
  await boss.page.goto(`${said.url}/review`);
  await boss.page.waitForSelector(".frame-large.loaded");
  assert.notEqual(current(boss.page), photo, "a photo that somebody looks at is passed over");
  await boss.page.goto(`${said.url}/review?photo=${photo}`);
  await boss.page.waitForSelector(".frame-large.loaded");
  await boss.page.waitForSelector("#looking:not(:empty)");
  await li.page.waitForSelector("#looking:not(:empty)");
  await picture(li.page, "review-presence.png");
  // The second decides on what was shown before the first one's verdict reached the page.
  await boss.page.route("**/api/review/photos/**", (route) => route.abort());
  await boss.page.route("**/api/review/queue**", (route) => route.abort());
  await li.page.keyboard.press("a");
  await acted(li.page);
  await boss.page.locator(".act.warn").click();
  await boss.page.keyboard.press("1");
  await boss.page.waitForSelector("dialog[open] .big");
  assert.match(await boss.page.locator("dialog .big").innerText(), /周审核/);
  await li.context.close();
  await boss.context.close();
});

test("a photo that arrives appears without a reload; before that it is a tile, never a broken picture", async () => {
  const { page, context, complaints } = await reviewing(wide);
  await page.locator(".tab[data-state=on_its_way]").click();
  await page.waitForSelector(".not-here");
  assert.match(await page.locator(".not-here").innerText(), /还在手机上/);
  await picture(page, "review-on-its-way.png");
  const [photo] = left;
  assert.ok(current(page).endsWith(photo.hash));
  await upload(photo);
  await page.waitForSelector(".frame-large.loaded");
  await counted(page, "on_its_way", 0);
  assert.deepEqual(complaints, []);
  await context.close();
});

for (const [name, options] of Object.entries({
  phone: { locale: "zh-CN", viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
  tablet: { locale: "zh-CN", viewport: { width: 834, height: 1112 }, hasTouch: true },
  dark: { ...wide, locale: "en-GB", colorScheme: "dark" },
  light: wide,
})) {
  test(`nothing is too wide, too small or too pale: ${name}`, async () => {
    const { page, context } = await reviewing(options);
    await picture(page, `review-${name}.png`);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(over <= 0, `${over} px too wide`);
    const small = await page.evaluate(() => [...document.querySelectorAll(".acts button, .tools button, .tab, .row, .shot")]
      .filter((one) => one.getBoundingClientRect().height < 44).map((one) => one.outerHTML.slice(0, 80)));
    assert.deepEqual(small, []);
    const script = await readFile(axe, "utf8");
    await page.evaluate(script);
    const found = await page.evaluate(() => window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21aa"] }));
    const problems = found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 120)).slice(0, 3).join(" | ")}`);
    assert.deepEqual(problems, []);
    await context.close();
  });
}
