// Notices when the page comes back: from sleep, from another tab, from the browser's back-forward cache, from being offline.

const EVERY = 60_000; // milliseconds

/** Call back when the page comes back, and once a minute while it is there. */
export function whileAwake(back: () => void, minute: () => void): void {
  let last = Date.now();
  setInterval(() => {
    const asleep = Date.now() - last > 2 * EVERY; // timers stand still while a computer sleeps
    last = Date.now();
    if (asleep) back();
    else minute();
  }, EVERY);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") back();
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) back();
  });
  addEventListener("online", back);
}
