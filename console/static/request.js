// A request's page: keys, word of changes by others, and no note lost on the way.
"use strict";

const live = document.getElementById("live");
const note = document.getElementById("note");
const noteForm = document.getElementById("note-form");
let leaving = false;

async function look() {
  const response = await ask(live.dataset.news, {});
  if (!response) return;
  const { version } = await response.json();
  if (version !== Number(live.dataset.version)) document.getElementById("live-change").hidden = false;
}

// A note half written goes along with any other button of the page.
for (const form of document.querySelectorAll("form[data-change]")) {
  form.addEventListener("submit", () => {
    leaving = true;
    if (!note.value.trim()) return;
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: "note", value: note.value });
    form.append(field);
  });
}
noteForm.addEventListener("submit", () => { leaving = true; });
note.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) noteForm.requestSubmit();
});
window.addEventListener("beforeunload", (event) => {
  if (!leaving && note.value.trim()) event.preventDefault();
});

onKeys({
  j: () => press("a[rel=next]"),
  k: () => press("a[rel=prev]"),
  n: () => focusOn("#note"),
  c: () => press("#status-contacted"),
  m: () => press("#assign-me"),
});
repeat(look);
