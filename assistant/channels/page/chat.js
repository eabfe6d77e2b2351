// The plain chat page: one conversation, its token kept for this tab only.
"use strict";

const log = document.getElementById("log");
const main = document.querySelector("main");
const status = document.getElementById("status");
const form = document.getElementById("form");
const field = document.getElementById("text");

async function call(method, path, body) {
  const headers = {};
  const token = sessionStorage.getItem(TOKEN);
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body) headers["Content-Type"] = "application/json";
  const response = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
  if (response.status === 204) return null;
  const content = await response.json();
  if (!response.ok) throw Object.assign(new Error(content.detail), { status: response.status });
  return content;
}

function show(message) {
  const mine = message.from === "visitor";
  const box = element("div", { className: mine ? "message visitor" : "message" });
  box.append(element("span", { className: "sender", hidden: true, textContent: mine ? "You: " : "Assistant: " }));
  for (const part of message.text.split(/\n{2,}/)) box.append(element("p", { textContent: part }));
  const { type, sources = [] } = message.card || {};
  if (message.image) box.append(picture(message));
  if (type === "takeaway") box.append(takeAway(message.card));
  if (type === "helplines") {
    box.append(helpCard(message.card));
    showHelp(message.card);
  }
  if (sources.length) {
    const items = sources.map((source) => element("li", { textContent: source.title }));
    box.append(element("details", {}, element("summary", { textContent: "Where this is from" }), element("ul", {}, ...items)));
  }
  log.append(box);
  document.querySelectorAll(".choices").forEach((old) => old.remove());
  if (message.buttons.length) {
    const items = message.buttons.map((button) => {
      const control = element("button", { type: "button", textContent: button.title });
      control.addEventListener("click", () => send({ button: button.id }, button.title));
      return element("li", {}, control);
    });
    log.append(element("ul", { className: "choices" }, ...items));
  }
  return box;
}

function save(content, kind, name) {
  const link = element("a", { href: URL.createObjectURL(new Blob([content], { type: kind })), download: name });
  link.click();
  URL.revokeObjectURL(link.href);
}

function picture(message) {
  const image = element("img", { src: message.image, alt: message.card?.alt || "" });
  const link = element("a", { href: message.image, download: "picture.svg", textContent: "Download the picture" });
  return element("figure", {}, image, element("figcaption", {}, link));
}

function takeAway(card) {
  const copy = element("button", { type: "button", textContent: "Copy" });
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(card.text);
      status.textContent = "Copied.";
    } catch {
      status.textContent = "Copying did not work here. You can download the notes.";
    }
  });
  const download = element("button", { type: "button", textContent: "Download" });
  download.addEventListener("click", () => save(card.text, "text/plain", "notes.txt"));
  const tools = element("div", { className: "takeaway" }, copy, download);
  if (card.calendar) {
    const calendar = element("button", { type: "button", textContent: `Add to calendar: ${card.planned}` });
    calendar.addEventListener("click", () => save(card.calendar, "text/calendar", "plan.ics"));
    tools.append(calendar);
  }
  return tools;
}

function showAll(messages) {
  const first = messages.map(show)[0];
  if (first) main.scrollTop = first.offsetTop - main.offsetTop - 8;
}

function friendly(error) {
  if (error.status === 429) return "That was a lot at once. Please wait a moment, then send it again.";
  if (error.status === 413) return "That message is too long. Please send it in parts of up to 1,000 characters.";
  if (error.status === 503) return "The assistant is not ready. Please try again in a few seconds. In danger, call your emergency number.";
  return "That did not go through. Please try again. In danger, call your emergency number.";
}

async function start() {
  sessionStorage.removeItem(TOKEN);
  log.replaceChildren();
  hideHelp();
  const session = await call("POST", "session");
  sessionStorage.setItem(TOKEN, session.token);
  showAll(session.messages.map((message) => ({ from: "assistant", ...message })));
}

// The chat was erased or is too old: go on in a new one, with what was just typed.
async function restart(body, shown, again) {
  try {
    await start();
  } catch (error) {
    status.textContent = friendly(error);
    return;
  }
  if (body.text && !again) await send(body, shown, true);
  else status.textContent = "This chat has ended. Here is a new one.";
}

async function send(body, shown, again = false) {
  show({ from: "visitor", text: shown, buttons: [] });
  main.scrollTop = main.scrollHeight;
  status.textContent = "…";
  try {
    const answer = await call("POST", "messages", body);
    status.textContent = "";
    showAll(answer.messages.map((message) => ({ from: "assistant", ...message })));
  } catch (error) {
    if (error.status === 401) return restart(body, shown, again);
    status.textContent = friendly(error);
    if (body.text && !field.value) field.value = body.text;
  }
  field.focus();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = field.value.trim();
  if (!text) return;
  field.value = "";
  send({ text }, text);
});

field.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.requestSubmit();
  }
});

async function download() {
  const content = await call("GET", "export");
  save(JSON.stringify(content, null, 2), "application/json", "chat.json");
}

async function erase() {
  if (!confirm("Erase everything in this chat? This cannot be undone.")) return;
  await call("DELETE", "session");
  await start();
  status.textContent = "This chat was erased. Here is a new one.";
}

for (const [id, action] of [["download", download], ["erase", erase]]) {
  document.getElementById(id).addEventListener("click", () => {
    action().catch((error) => { status.textContent = friendly(error); });
  });
}

async function resume() {
  try {
    if (!sessionStorage.getItem(TOKEN)) return await start();
    const history = await call("GET", "history");
    showAll(history.messages);
    main.scrollTop = main.scrollHeight;
  } catch (error) {
    if (error.status === 401) return start();
    status.textContent = friendly(error);
  }
}

resume().catch((error) => { status.textContent = friendly(error); });
