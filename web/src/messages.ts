// The conversation as it is shown: messages, suggestions, and what a screen reader is told of them.
import { body, type Press, spoken } from "./cards";
import { byId, button, element } from "./dom";
import { addLines, hideBar, showBar } from "./help";
import { label, worded } from "./labels";
import type { Button, Message } from "./types";

const log = byId("log");
const said = byId("said");
const SHORT = 100; // pixels

function sender(message: Message): HTMLElement {
  const at = message.at ? new Date(message.at) : new Date();
  const time = element("time", { dateTime: at.toISOString() });
  time.textContent = at.toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
  const who = worded("span", `${label(message.from === "visitor" ? "you" : "assistant")}, ${label("at")} `);
  who.className = "hidden";
  who.append(time, ": ");
  return who;
}

function chips(buttons: Button[], press: Press): HTMLElement {
  const list = element("ul", { className: "choices" });
  list.setAttribute("aria-label", label("suggestions"));
  list.append(...buttons.map((one) => element("li", {}, button(one.title, () => press(one)))));
  return list;
}

/** Show one message at the end; the suggestions before it go. */
export function show(message: Message, press: Press): HTMLElement {
  const { card } = message;
  const box = element("div", { className: message.from === "visitor" ? "message visitor" : "message" }, sender(message), ...body(message, press));
  if (message.from === "visitor") box.dir = "auto";
  if (card?.type === "helplines") {
    showBar(card);
    addLines(card);
  }
  add(box);
  const inCard = card?.type === "exercise" ? card.start.id : "";
  const others = message.buttons.filter((one) => one.id !== inCard);
  if (others.length) log.append(chips(others, press));
  return box;
}

/** Put a message at the end. */
export function add(box: HTMLElement): void {
  const hadFocus = log.querySelector(".choices :focus, .offer :focus") !== null;
  log.querySelectorAll(".choices").forEach((old) => old.remove());
  log.append(box);
  if (hadFocus) log.parentElement?.focus({ preventScroll: true });
}

/** Show a reply: its beginning in sight, and told once. */
export function showReply(messages: Message[], press: Press): void {
  const [first] = messages.map((message) => show(message, press));
  if (first) (asked(first) ?? first).scrollIntoView({ block: "start" });
  tell(messages);
}

// What the reply answers, if it is short: then both stand in sight.
function asked(reply: HTMLElement): HTMLElement | null {
  const before = reply.previousElementSibling;
  return before instanceof HTMLElement && before.matches(".visitor") && before.offsetHeight < SHORT ? before : null;
}

function tell(messages: Message[]): void {
  const words = messages.flatMap((message) => [message.text, spoken(message)]).filter(Boolean).join(" ");
  const choices = messages.at(-1)?.buttons.map((one) => one.title) ?? [];
  const list = choices.length ? [" ", worded("span", `${label("suggestions")}: `), choices.join(", ")] : [];
  said.replaceChildren(element("p", {}, words, ...list));
}

export function toEnd(): void {
  log.lastElementChild?.scrollIntoView({ block: "end" });
}

export function clear(): void {
  log.replaceChildren();
  said.replaceChildren();
  hideBar();
}
