// An unmodified tus-js-client uploads real photos to the real program, is cut, and goes on from the byte that came last.
//
// JICHA_BINARY names the program.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import * as tus from "tus-js-client";

const binary = process.env.JICHA_BINARY ?? "target/release/jicha";
const photos = new URL("../data/photos/", import.meta.url);

let folder, server, url, cookie;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "jicha-tus-"));
  const flags = ["--data", folder, "--log", "warn"];
  const added = execFileSync(binary, [...flags, "people", "add", "wang", "王强", "inspector", "ROOT"], { encoding: "utf8" });
  server = spawn(binary, [...flags, "--listen", "127.0.0.1:0", "serve"]);
  url = await new Promise((resolve, reject) => {
    let output = "";
    server.once("exit", (code) => reject(new Error(`the server ended with ${code}:\n${output}`)));
    server.stderr.on("data", (data) => (output += data));
    server.stdout.on("data", (data) => {
      output += data;
      const said = output.match(/listens on (http\S+)/);
      if (said) resolve(said[1]);
    });
  });
  const password = added.match(/password\s+(\S+)/)[1];
  await post("/sign-in", { login: "wang", password });
  const own = "a password of one's own";
  await post("/account/password", { old_password: password, password: own, password_again: own });
  await post("/sign-in", { login: "wang", password: own });
});

after(async () => {
  server?.kill("SIGINT");
  await new Promise((done) => (server.exitCode === null ? server.once("exit", done) : done()));
  await rm(folder, { recursive: true, force: true });
});

async function post(path, fields) {
  const headers = { origin: url, "content-type": "application/x-www-form-urlencoded", ...(cookie && { cookie }) };
  const body = new URLSearchParams(fields).toString();
  const answer = await fetch(url + path, { method: "POST", redirect: "manual", headers, body });
  assert.equal(answer.status, 303, `${path}: ${await answer.text()}`);
  cookie = answer.headers.getSetCookie()[0]?.split(";")[0] ?? cookie;
}

async function receipt(hash) {
  const headers = { origin: url, cookie, "content-type": "application/json" };
  const body = JSON.stringify({ hashes: [hash] });
  const answer = await fetch(`${url}/api/photos/receipts`, { method: "POST", headers, body });
  return (await answer.json()).receipts[0];
}

async function photo(name) {
  const bytes = await readFile(new URL(name, photos));
  return { bytes, hash: createHash("sha256").update(bytes).digest("hex") };
}

/** A link to the server that breaks each time so many bytes have gone up, so many times. */
async function link(cutAfter, cuts) {
  const target = new URL(url);
  const seen = { bytes: 0, cuts: 0 };
  const proxy = net.createServer((near) => {
    const far = net.connect(Number(target.port), target.hostname);
    let sent = 0;
    const end = () => (near.destroy(), far.destroy());
    near.on("error", end).on("close", () => far.end());
    far.on("error", end).on("close", () => near.end());
    far.pipe(near);
    near.on("data", (data) => {
      const rest = seen.cuts < cuts ? cutAfter - sent : Infinity;
      const passed = data.subarray(0, Math.min(data.length, rest));
      sent += passed.length;
      seen.bytes += passed.length;
      far.write(passed);
      if (passed.length < data.length) {
        seen.cuts += 1;
        // What has passed reaches the server; then the link is gone in both directions.
        far.end();
        near.destroy();
      }
    });
  });
  await new Promise((ready) => proxy.listen(0, "127.0.0.1", ready));
  return { seen, endpoint: `http://127.0.0.1:${proxy.address().port}/api/photos/uploads`, close: () => proxy.close() };
}

/** Uploads and gives what was asked of the server: method and offset of each request. */
function upload({ bytes, hash }, endpoint, options = {}) {
  const requests = [];
  const done = new Promise((resolve, reject) => {
    const upload = new tus.Upload(bytes, {
      endpoint,
      retryDelays: [50, 100, 200, 400, 800],
      metadata: { hash, variant: "original", filetype: "image/jpeg" },
      // As a browser says it at the server's own pages.
      headers: { cookie, origin: new URL(endpoint).origin },
      onBeforeRequest: (request) => requests.push([request.getMethod(), request.getHeader("Upload-Offset")]),
      onError: reject,
      onSuccess: () => resolve({ requests }),
      ...options,
    });
    upload.start();
  });
  return done;
}

test("a photo goes up whole", async () => {
  const taken = await photo("DSCN0010.jpg");
  const { requests } = await upload(taken, `${url}/api/photos/uploads`);
  assert.deepEqual(requests.map(([method]) => method), ["POST", "PATCH"]);
  assert.equal((await receipt(taken.hash)).original, "checked");
});

test("a link that breaks twice costs no byte that had passed", async () => {
  const taken = await photo("HMD_Nokia_8.3_5G.jpg");
  const broken = await link(700_000, 2);
  const { requests } = await upload(taken, broken.endpoint);
  broken.close();
  assert.equal(broken.seen.cuts, 2);
  const offsets = requests.filter(([method]) => method === "PATCH").map(([, offset]) => Number(offset));
  assert.equal(offsets[0], 0);
  assert.ok(offsets.length >= 3 && offsets.every((offset, at) => at === 0 || offset > offsets[at - 1]), `${offsets}`);
  const overhead = broken.seen.bytes - taken.bytes.length;
  assert.ok(overhead < 20_000, `${overhead} bytes more than the photo has went up`);
  assert.equal((await receipt(taken.hash)).original, "checked");
});

test("an app that was closed goes on with the address it kept", async () => {
  const taken = await photo("jolla.jpg");
  const broken = await link(300_000, 1);
  let kept;
  const onAfterResponse = (request, answer) => {
    if (request.getMethod() === "POST") kept = answer.getHeader("Location");
  };
  await assert.rejects(upload(taken, broken.endpoint, { retryDelays: null, onAfterResponse }));
  broken.close();
  const { requests } = await upload(taken, `${url}/api/photos/uploads`, { uploadUrl: url + kept });
  assert.equal(requests[0][0], "HEAD");
  // The server may still be letting go of the broken request; then HEAD is asked again.
  const [, offset] = requests.find(([method]) => method === "PATCH");
  assert.ok(Number(offset) > 200_000, `it went on from ${offset}`);
  assert.equal((await receipt(taken.hash)).original, "checked");
});

test("two parts go up side by side and are joined", async () => {
  const taken = await photo("DSCN0012.jpg");
  const { requests } = await upload(taken, `${url}/api/photos/uploads`, { parallelUploads: 2 });
  assert.equal(requests.filter(([method]) => method === "PATCH").length, 2);
  assert.equal(requests.filter(([method]) => method === "POST").length, 3);
  assert.equal((await receipt(taken.hash)).original, "checked");
});

test("a photo that is here already is done after one question", async () => {
  const taken = await photo("DSCN0010.jpg");
  await upload(taken, `${url}/api/photos/uploads`, { uploadDataDuringCreation: true });
  assert.equal((await receipt(taken.hash)).original, "checked");
});
