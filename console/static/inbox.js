// The inbox: new requests and crisis events appear by themselves; j and k go through the list.
"use strict";

const live = document.getElementById("live");
const lists = document.getElementById("lists");
const title = document.title;
let tag = document.getElementById("list").dataset.tag;
let since = document.getElementById("list").dataset.now;
let unseen = 0;

function say(number, one, many) {
  if (!number) return "";
  return number === 1 ? one : many.replace("{}", number);
}

/** Put the new lists in the place of the old ones; what is open, typed or focused stays so. */
function renew(html) {
  const focused = document.activeElement && lists.contains(document.activeElement) ? document.activeElement.id : "";
  const typed = [...lists.querySelectorAll("input[id]")].filter((field) => field.type !== "hidden" && field.value);
  const open = [...lists.querySelectorAll("details[open][id]")].map((element) => element.id);
  const page = new DOMParser().parseFromString(html, "text/html");
  lists.replaceChildren(...page.body.childNodes);
  for (const id of open) {
    const element = document.getElementById(id);
    if (element) element.open = true;
  }
  for (const field of typed) {
    const element = document.getElementById(field.id);
    if (element) element.value = field.value;
  }
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  showAges();
}

async function look() {
  const response = await ask(`${live.dataset.news}?since=${encodeURIComponent(since)}`, { "If-None-Match": tag });
  if (!response) return;
  const news = await response.json();
  const page = await ask(location.href, { "X-Console": "list" });
  if (!page) return;
  renew(await page.text());
  tag = response.headers.get("ETag");
  since = news.now;
  unseen += news.requests + news.events;
  document.title = unseen ? `(${unseen}) ${title}` : title;
  const texts = [
    say(news.events, live.dataset.oneEvent, live.dataset.manyEvents),
    say(news.requests, live.dataset.one, live.dataset.many),
  ];
  const text = texts.filter(Boolean).join(", ");
  if (text) live.textContent = text;
}

function step(by) {
  const links = [...lists.querySelectorAll(".request .name")];
  const at = links.indexOf(document.activeElement);
  const next = links[Math.min(Math.max(at < 0 && by < 0 ? 0 : at + by, 0), links.length - 1)];
  if (!next) return false;
  next.focus();
  return true;
}

onKeys({ j: () => step(1), k: () => step(-1) });
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  unseen = 0;
  document.title = title;
});
repeat(look);
