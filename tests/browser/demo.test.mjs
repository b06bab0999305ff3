// The demonstration in a real browser: sign in, list, detail with a conflict, phone width, both languages.
// Pictures go to JICHA_PICTURES if it is set, so that the README shows what a user sees.
// See demonstration.mjs for the other variables.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { play } from "./demonstration.mjs";

const pictures = process.env.JICHA_PICTURES;
let demo, said;

before(async () => {
  demo = await play();
  said = demo.said;
});

after(() => demo?.stop());

const signedIn = (options) => demo.signedIn(options);
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
