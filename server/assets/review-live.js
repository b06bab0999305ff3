// The stream of live events: reconnects by itself, says so, and misses nothing.
// @ts-check

const PAUSE_MAX_S = 30;

/**
 * @param {{on: (name: string, data: any) => void, lost: (seconds: number) => void, back: () => void}} listener
 */
export function listen(listener) {
  let seen = "";
  let pause = 1;
  const names = ["inspection", "photo", "verdict", "presence", "resync"];

  function open() {
    const source = new EventSource(seen ? `/api/live?after=${encodeURIComponent(seen)}` : "/api/live");
    /** @param {MessageEvent} event */
    const note = (event) => { if (event.lastEventId) seen = event.lastEventId; };
    source.addEventListener("hello", (event) => { note(event); pause = 1; listener.back(); });
    for (const name of names) {
      source.addEventListener(name, (event) => {
        note(event);
        if (name === "resync") { pause = 1; listener.back(); }
        listener.on(name, JSON.parse(event.data));
      });
    }
    source.onerror = () => { source.close(); wait(pause); pause = Math.min(pause * 2, PAUSE_MAX_S); };
    addEventListener("pagehide", () => source.close(), { once: true });
  }

  /** @param {number} seconds */
  function wait(seconds) {
    listener.lost(seconds);
    if (seconds <= 0) open();
    else setTimeout(() => wait(seconds - 1), 1000);
  }

  open();
}
