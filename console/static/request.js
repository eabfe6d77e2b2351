// A request's page: keys, word of changes by others, and nothing half done lost on the way.
"use strict";

const live = document.getElementById("live");
const note = document.getElementById("note");
const noteForm = document.getElementById("note-form");
const date = document.getElementById("follow_up_on");
const colleague = document.getElementById("assigned_to");
const givenTo = colleague?.value;
const DRAFT = "console-note";
let leaving = false;

async function look() {
  const response = await ask(live.dataset.news, {});
  if (!response) return;
  const { version } = await response.json();
  if (version !== Number(live.dataset.version)) document.getElementById("live-change").hidden = false;
}

/** What is half done: a note, a date, a colleague chosen. */
function halfDone() {
  const found = {};
  if (note.value.trim()) found.note = note.value;
  if (date && date.value !== date.defaultValue) found.follow_up_on = date.value;
  if (colleague && colleague.value !== givenTo) found.assigned_to = colleague.value;
  return found;
}

/** Keep a half-written note in this tab while one signs in again. Of one that is being sent, only until it is stored. */
function keepNote(version) {
  if (note.value.trim()) sessionStorage.setItem(DRAFT, JSON.stringify({ of: live.dataset.news, by: live.dataset.user, text: note.value, version }));
}

function takeNote() {
  const kept = JSON.parse(sessionStorage.getItem(DRAFT));
  if (!kept || (kept.of !== live.dataset.news && kept.by === live.dataset.user)) return; // another request's waits for its page
  sessionStorage.removeItem(DRAFT);
  const stored = kept.version && kept.version !== live.dataset.version;
  if (kept.by === live.dataset.user && !stored && !note.value) note.value = kept.text;
}

function add(form, values) {
  for (const [name, value] of Object.entries(values)) {
    if ([...form.elements].some((one) => one.name === name)) continue; // the form's own value is what was pressed
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    form.append(field);
  }
}

// What is half done goes along with any other button of the page.
for (const form of document.querySelectorAll("form[data-change]")) {
  form.addEventListener("submit", () => {
    leaving = true;
    keepNote(live.dataset.version);
    add(form, halfDone());
  });
}
noteForm.addEventListener("submit", () => {
  leaving = true;
  keepNote(live.dataset.version);
  const found = halfDone();
  if (!("follow_up_on" in found || "assigned_to" in found)) return;
  add(noteForm, { ...found, version: live.dataset.version });
  noteForm.action = date.form.action;
});
note.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) noteForm.requestSubmit();
});
window.addEventListener("beforeunload", (event) => {
  if (!leaving && Object.keys(halfDone()).length) event.preventDefault();
});

document.addEventListener("signed-out", () => {
  leaving = true;
  keepNote();
});

takeNote();
onKeys({
  j: () => press("a[rel=next]"),
  k: () => press("a[rel=prev]"),
  n: () => focusOn("#note"),
  c: () => press("#status-contacted"),
  m: () => press("#assign-me"),
});
repeat(look);
