// New items without reload (asked every 2 seconds), ages that count on, and keys. Every page works without it.
"use strict";
const EVERY = 2000;
const byId = (id) => document.getElementById(id);
const live = byId("live");
const lists = byId("lists");
const offline = byId("offline");
let tag = byId("list")?.dataset.tag;
let since = byId("list")?.dataset.now;

async function ask(address, headers) {
  const answer = await fetch(address, { headers: { "X-Console": "list", "X-Console-Poll": "1", ...headers }, cache: "no-store" });
  if (answer.status === 401) location.assign(document.body.dataset.login);
  if (!answer.ok && answer.status !== 304) throw new Error(String(answer.status));
  return answer;
}

async function refreshLists() {
  const focused = document.activeElement?.id;
  const open = byId("acknowledged")?.open;
  const html = await (await ask(location.href, {})).text();
  lists.innerHTML = html;
  if (open && byId("acknowledged")) byId("acknowledged").open = true;
  if (focused && lists.contains(byId(focused))) byId(focused).focus();
}

function say(news) {
  const words = live.dataset;
  const parts = [];
  if (news.events) parts.push(news.events === 1 ? words.oneEvent : words.manyEvents.replace("{}", news.events));
  if (news.requests) parts.push(news.requests === 1 ? words.one : words.many.replace("{}", news.requests));
  if (parts.length) live.textContent = parts.join(", ");
}

// A note being written to a crisis event is not taken away by an update.
const writing = () => lists?.contains(document.activeElement) && /INPUT|TEXTAREA/.test(document.activeElement.tagName);

async function askNews() {
  if (lists) {
    if (writing()) return;
    const answer = await ask(`${live.dataset.news}?since=${encodeURIComponent(since)}`, tag ? { "If-None-Match": tag } : {});
    if (answer.status === 304) return;
    const news = await answer.json();
    await refreshLists();
    say(news);
    tag = answer.headers.get("ETag");
    since = news.now;
  } else {
    const found = await (await ask(live.dataset.news, {})).json();
    byId("live-change").hidden = String(found.version) === live.dataset.version;
  }
}

async function loop() {
  try {
    await askNews();
    offline.hidden = true;
  } catch {
    offline.hidden = false;
  }
  setTimeout(loop, EVERY);
}
if (live) loop();

function countOn() {
  for (const shown of document.querySelectorAll("[data-since]")) {
    const minutes = Math.max(0, Math.floor((Date.now() - Date.parse(shown.dataset.since)) / 60000));
    const hours = Math.floor(minutes / 60);
    const days = Math.floor(hours / 24);
    const age = !hours ? `${minutes} min` : days ? `${days} d ${hours % 24} h` : `${hours} h ${minutes % 60} min`;
    shown.textContent = (shown.dataset.text || "{}").replace("{}", age);
  }
}
setInterval(countOn, 30000);

function step(by) {
  if (!lists) return document.querySelector(by > 0 ? "a[rel=next]" : "a[rel=prev]")?.click();
  const names = [...lists.querySelectorAll("a.name")];
  const at = names.indexOf(document.activeElement);
  names[Math.min(names.length - 1, Math.max(0, at + by))]?.focus();
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  "/": () => byId("q")?.focus(),
  u: () => byId("back")?.click(),
  n: () => byId("note")?.focus(),
  c: () => byId("status-contacted")?.click(),
  m: () => byId("assign-me")?.click(),
  "?": () => byId("keys")?.showModal(),
};
const useKeys = byId("use-keys");
if (useKeys) {
  useKeys.checked = localStorage.getItem("keys") !== "off";
  useKeys.addEventListener("change", () => localStorage.setItem("keys", useKeys.checked ? "on" : "off"));
}
document.addEventListener("keydown", (event) => {
  if (event.target.form?.id === "note-form" && event.key === "Enter" && event.ctrlKey) return event.target.form.requestSubmit();
  const busy = event.ctrlKey || event.altKey || event.metaKey || event.target.closest("input, textarea, select, dialog");
  if (!live || busy || !KEYS[event.key] || !useKeys?.checked) return;
  event.preventDefault();
  KEYS[event.key]();
});
// A note half written goes along with any other button of a request's page.
for (const form of document.querySelectorAll("form[data-change]")) {
  form.addEventListener("submit", () => {
    const note = byId("note");
    if (!note?.value.trim()) return;
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: "note", value: note.value });
    form.append(field);
  });
}
for (const button of document.querySelectorAll("[data-keys]")) {
  button.hidden = !live;
  button.addEventListener("click", KEYS["?"]);
}
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// A session ends after a while without use: two minutes before, offer to stay.
const idle = Number(document.body.dataset.idle);
if (idle) {
  const ending = byId("ending");
  const wait = () => setTimeout(() => { ending.hidden = false; }, (idle - 120) * 1000);
  wait();
  ending.querySelector("button").addEventListener("click", async () => {
    const csrf = document.querySelector("[name=csrfmiddlewaretoken]").value;
    await fetch(document.body.dataset.stay, { method: "POST", headers: { "X-CSRFToken": csrf } });
    ending.hidden = true;
    wait();
  });
}
