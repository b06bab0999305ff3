// The stream of live events: reconnects by itself, says so, and misses nothing.
// @ts-check

const PAUSE_MAX_S = 30;

/**
 * @param {{on: (name: string, data: any) => void, lost: (seconds: number) => void, back: () => void}} listener
 */
export function listen(listener) {
  let seen = "";
  let pause = 1;
  /** @type {EventSource|null} */ let source = null;
  const names = ["inspection", "photo", "verdict", "presence", "resync"];

  function open() {
    const opened = source = new EventSource(seen ? `/api/live?after=${encodeURIComponent(seen)}` : "/api/live");
    /** @param {MessageEvent} event */
    const note = (event) => { if (event.lastEventId) seen = event.lastEventId; };
    opened.addEventListener("hello", (event) => { note(event); pause = 1; listener.back(); });
    for (const name of names) {
      opened.addEventListener(name, (event) => {
        note(event);
        if (name === "resync") { pause = 1; listener.back(); }
        listener.on(name, JSON.parse(event.data));
      });
    }
    opened.onerror = () => { opened.close(); wait(pause); pause = Math.min(pause * 2, PAUSE_MAX_S); };
  }

  /** @param {number} seconds */
  function wait(seconds) {
    listener.lost(seconds);
    if (seconds <= 0) open();
    else setTimeout(() => wait(seconds - 1), 1000);
  }

  addEventListener("pagehide", () => source?.close());
  // A page that comes back out of the browser's memory goes on listening where it left off.
  addEventListener("pageshow", (event) => { if (event.persisted && source?.readyState === EventSource.CLOSED) open(); });
  open();
}
