// The demonstration, played by the real program, and a real browser to look at it with.
//
// JICHA_BINARY names the program; Chromium is the system's (JICHA_CHROMIUM, else /usr/bin/chromium).
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const binary = process.env.JICHA_BINARY ?? "target/release/jicha";
const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Plays the day and opens a browser. `server` are options of the server, `demo` of the demonstration. */
export async function play({ server = [], demo = [] } = {}) {
  const folder = await mkdtemp(join(tmpdir(), "jicha-browser-"));
  const program = spawn(binary, ["--listen", "127.0.0.1:0", ...server, "demo", ...demo, "--folder", join(folder, "demo")]);
  const said = await untilReady(program);
  const browser = await chromium.launch({ executablePath: process.env.JICHA_CHROMIUM ?? "/usr/bin/chromium", args: flags });
  return {
    /** Where the demonstration keeps its files. */
    folder: join(folder, "demo"),
    /** The address, the accounts (login and password), and the two readings of the conflict. */
    said,
    browser,
    /** A page of somebody who has signed in, and what the browser complains of. */
    async signedIn(options, [login, password] = said.supervisor) {
      const context = await browser.newContext(options);
      const page = await context.newPage();
      const complaints = [];
      page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
      page.on("pageerror", (error) => complaints.push(String(error)));
      await page.goto(said.url);
      await page.fill("input[name=login]", login);
      await page.fill("input[name=password]", password);
      await Promise.all([page.waitForURL("**/inspections**"), page.press("input[name=password]", "Enter")]);
      return { page, context, complaints };
    },
    async stop() {
      await browser.close();
      program.kill("SIGINT");
      await new Promise((done) => (program.exitCode === null ? program.once("exit", done) : done()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function untilReady(program) {
  return new Promise((resolve, reject) => {
    let output = "";
    const timer = setTimeout(() => reject(new Error(`the demonstration did not finish:\n${output}`)), 120_000);
    program.once("exit", (code) => reject(new Error(`the demonstration ended with ${code}:\n${output}`)));
    program.stderr.on("data", (data) => (output += data));
    program.stdout.on("data", (data) => {
      output += data;
      const url = output.match(/Look at it: +(http\S+)/)?.[1];
      const people = [...output.matchAll(/(?:Sign in as|or as) +(\S+) .*password +(\S+)/g)].map((found) => [found[1], found[2]]);
      const readings = [...output.matchAll(/^ +(\d+\.\d+) kWh, /gm)].map((match) => match[1]);
      if (url && people.length === 2 && output.includes("Ctrl-C")) {
        clearTimeout(timer);
        resolve({ url, supervisor: people[0], administrator: people[1], readings });
      }
    });
  });
}
