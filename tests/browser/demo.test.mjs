// The demonstration in a real browser: sign in, list, detail with a conflict, phone width, both languages.
// Pictures go to JICHA_PICTURES if it is set, so that the README shows what a user sees.
//
// JICHA_BINARY names the program; Chromium is the system's (JICHA_CHROMIUM, else /usr/bin/chromium).
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";

const binary = process.env.JICHA_BINARY ?? "target/release/jicha";
const pictures = process.env.JICHA_PICTURES;
const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

let folder, demo, said, browser;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "jicha-browser-"));
  demo = spawn(binary, ["--listen", "127.0.0.1:0", "demo", "--folder", join(folder, "demo")]);
  said = await untilReady(demo);
  const executablePath = process.env.JICHA_CHROMIUM ?? "/usr/bin/chromium";
  browser = await chromium.launch({ executablePath, args: flags });
});

after(async () => {
  await browser?.close();
  demo?.kill("SIGINT");
  await new Promise((done) => (demo.exitCode === null ? demo.once("exit", done) : done()));
  await rm(folder, { recursive: true, force: true });
});

function untilReady(process) {
  return new Promise((resolve, reject) => {
    let output = "";
    const timer = setTimeout(() => reject(new Error(`the demonstration did not finish:\n${output}`)), 120_000);
    process.once("exit", (code) => reject(new Error(`the demonstration ended with ${code}:\n${output}`)));
    process.stderr.on("data", (data) => (output += data));
    process.stdout.on("data", (data) => {
      output += data;
      const url = output.match(/Look at it: +(http\S+)/)?.[1];
      const supervisor = output.match(/Sign in as +(\S+).*password +(\S+)/);
      const readings = [...output.matchAll(/^ +(\d+\.\d+) kWh, /gm)].map((match) => match[1]);
      if (url && supervisor && output.includes("Ctrl-C")) {
        clearTimeout(timer);
        resolve({ url, login: supervisor[1], password: supervisor[2], readings });
      }
    });
  });
}

async function signedIn(options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(said.url);
  await page.fill("input[name=login]", said.login);
  await page.fill("input[name=password]", said.password);
  await Promise.all([page.waitForURL("**/inspections**"), page.press("input[name=password]", "Enter")]);
  return { page, context, complaints };
}

const picture = (page, name) => pictures && page.screenshot({ path: join(pictures, name), fullPage: false });

test("a supervisor sees the inspections of the day and the conflict between two readings", async () => {
  const { page, context, complaints } = await signedIn({ locale: "zh-CN", viewport: { width: 1280, height: 900 } });
  const rows = page.locator("table tbody tr");
  assert.equal(await rows.count(), 15);
  await picture(page, "inspections.png");
  await page.locator("a[href^='/inspections/']", { hasText: "G" }).first().click();
  await page.waitForURL("**/inspections/*");
  const text = await page.locator("body").innerText();
  assert.equal(said.readings.length, 2);
  for (const reading of said.readings) {
    assert.ok(text.includes(`${reading} kWh`), `the reading ${reading} is shown`);
  }
  await picture(page, "conflict.png");
  assert.deepEqual(complaints, []);
  await context.close();
});

test("a detail page shows readings with the previous one, answers and photos, in English too", async () => {
  const { page, context, complaints } = await signedIn({ locale: "en-GB", viewport: { width: 1280, height: 1400 } });
  await page.locator("a[href^='/inspections/']").nth(2).click();
  await page.waitForURL("**/inspections/*");
  const text = await page.locator("body").innerText();
  for (const word of ["Registers", "Photos", "kWh"]) {
    assert.ok(text.includes(word), `the page says ${word}`);
  }
  await picture(page, "inspection.png");
  assert.deepEqual(complaints, []);
  await context.close();
});

test("the list fits a phone", async () => {
  const { page, context } = await signedIn({ locale: "zh-CN", viewport: { width: 390, height: 844 }, isMobile: true });
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(overflow <= 0, `the page is ${overflow} px too wide`);
  await picture(page, "inspections-phone.png");
  await page.locator("a[href^='/inspections/']").first().click();
  await page.waitForURL("**/inspections/*");
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(wide <= 0, `the detail page is ${wide} px too wide`);
  await picture(page, "inspection-phone.png");
  await context.close();
});
