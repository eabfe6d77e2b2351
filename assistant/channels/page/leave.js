// "Leave quickly", also by pressing Escape three times: erases the chat and opens a neutral page. Needs no other script.
"use strict";

const TOKEN = "ipt-chat-token";
const PRESSES = 3;
const WITHIN_MILLISECONDS = 1000;
let pressed = [];

function leave() {
  const token = sessionStorage.getItem(TOKEN);
  const exit = document.body.dataset.exit;
  sessionStorage.removeItem(TOKEN);
  document.title = new URL(exit).hostname;
  document.body.replaceChildren();
  // Not waited for: the page goes at once, the request outlives it.
  if (token) fetch("session", { method: "DELETE", headers: { Authorization: `Bearer ${token}` }, keepalive: true }).catch(() => {});
  location.replace(exit);
}

document.getElementById("leave").addEventListener("click", leave);

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.repeat || event.isComposing) return;
  pressed = [...pressed, event.timeStamp].slice(-PRESSES);
  if (pressed.length === PRESSES && event.timeStamp - pressed[0] <= WITHIN_MILLISECONDS) leave();
}, true);
