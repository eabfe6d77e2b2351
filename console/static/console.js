// What every page does: keys, ages that grow, a session that is about to end. Each page works without it.
"use strict";

const MINUTE = 60_000;
const WARN_BEFORE = 2 * MINUTE;
const KEYS_OFF = "console-keys-off";

/** How long ago, as the server writes it: `4 min`, `3 h 10 min`, `2 d 4 h`. */
function age(since) {
  const minutes = Math.max(0, Math.floor((Date.now() - Date.parse(since)) / MINUTE));
  const hours = Math.floor(minutes / 60);
  if (!hours) return `${minutes} min`;
  return hours < 24 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

function showAges() {
  for (const element of document.querySelectorAll("[data-since]")) {
    const text = (element.dataset.text || "{}").replace("{}", age(element.dataset.since));
    if (element.textContent !== text) element.textContent = text;
  }
}

function keysOff() {
  return localStorage.getItem(KEYS_OFF) === "1";
}

/** Call an action for a single key, but not while somebody types, nor with Ctrl or Alt, nor where keys are off. */
function onKeys(actions) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || keysOff()) return;
    if (event.target.closest("input:not([type=checkbox]), textarea, select, dialog")) return;
    const action = actions[event.key];
    if (action && action() !== false) event.preventDefault();
  });
}

function press(selector) {
  const element = document.querySelector(selector);
  element?.click();
  return Boolean(element);
}

function focusOn(selector) {
  const element = document.querySelector(selector);
  element?.focus();
  return Boolean(element);
}

/** Go and sign in, and come back here. The page may keep what is half written before. */
function signIn() {
  document.dispatchEvent(new Event("signed-out"));
  location.href = `${document.body.dataset.login}?next=${encodeURIComponent(location.pathname + location.search)}`;
}

/** Ask the server without counting as something done; goes to sign in when the session is over. `null`: not changed. */
async function ask(url, headers) {
  const response = await fetch(url, { headers: { "X-Console": "json", "X-Console-Poll": "1", ...headers }, cache: "no-store" });
  if (response.status === 401) {
    signIn();
    return null;
  }
  if (!response.ok && response.status !== 304) throw new Error(String(response.status));
  return response.status === 304 ? null : response;
}

/** Do something again and again: every two seconds while the page is seen, every ten otherwise, more rarely when it fails. */
function repeat(action) {
  let failures = 0;
  let timer = 0;
  const round = async () => {
    clearTimeout(timer);
    try {
      await action();
      failures = 0;
    } catch {
      failures += 1;
    }
    document.getElementById("offline").hidden = failures < 2;
    const seconds = failures ? Math.min(30, 2 ** failures) : document.hidden ? 10 : 2;
    clearTimeout(timer);
    timer = setTimeout(round, seconds * 1000);
  };
  timer = setTimeout(round, 2000);
  document.addEventListener("visibilitychange", () => document.hidden || round());
}

/** Keep the session while somebody is at the page; warn before it ends. All tabs count. */
function watchSession() {
  const { stay, idle } = document.body.dataset;
  if (!stay) return;
  const notice = document.getElementById("ending");
  const tabs = new BroadcastChannel("console");
  const token = document.querySelector("input[name=csrfmiddlewaretoken]").value;
  let last = Date.now();
  let told = last;
  const seen = () => {
    last = Date.now();
    notice.hidden = true;
  };
  const active = () => {
    if (Date.now() - told > MINUTE || !notice.hidden) {
      told = Date.now();
      tabs.postMessage("active");
      fetch(stay, { method: "POST", headers: { "X-CSRFToken": token, "X-Console": "json" } }).catch(() => {});
    }
    seen();
  };
  tabs.onmessage = seen;
  tabs.postMessage("active");
  for (const kind of ["input", "pointerdown", "keydown"]) document.addEventListener(kind, () => notice.hidden && active());
  notice.querySelector("button").addEventListener("click", active);
  setInterval(() => {
    const left = Number(idle) * 1000 - (Date.now() - last);
    if (left < WARN_BEFORE) notice.hidden = false;
    if (left < 0) signIn();
  }, 5000);
}

function prepareKeys() {
  const dialog = document.getElementById("keys");
  if (!dialog) return;
  const open = () => dialog.showModal();
  const use = dialog.querySelector("input[type=checkbox]");
  use.checked = !keysOff();
  use.addEventListener("change", () => localStorage.setItem(KEYS_OFF, use.checked ? "0" : "1"));
  const button = document.querySelector("[data-keys]");
  button.hidden = false;
  button.addEventListener("click", open);
  onKeys({ "?": open, u: () => press("#back"), "/": () => focusOn("#q") });
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
prepareKeys();
watchSession();
showAges();
setInterval(showAges, 5000);
