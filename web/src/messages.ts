// The conversation as it is shown: messages, cards, suggestions, and what a screen reader is told of them.
import { byId, button, element, isPicture, save, withLinks } from "./dom";
import { addLines, helpCard, hideBar, showBar } from "./help";
import { label } from "./labels";
import { notice } from "./notice";
import { printText } from "./print";
import type { Button, Message, TakeAway } from "./types";

const log = byId("log");
const said = byId("said");
const SHORT = 100; // pixels

export type Press = (pressed: Button) => void;

function paragraphs(text: string): HTMLElement[] {
  return text.split(/\n{2,}/).filter(Boolean).map((part) => element("p", {}, ...withLinks(part)));
}

function sender(message: Message): HTMLElement {
  const at = message.at ? new Date(message.at) : new Date();
  const time = element("time", { dateTime: at.toISOString() });
  time.textContent = at.toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
  const who = label(message.from === "visitor" ? "you" : "assistant");
  return element("span", { className: "hidden" }, `${who}, ${label("at")} `, time, ": ");
}

function picture(address: string, words: string): HTMLElement {
  const image = element("img", { src: address, alt: words });
  const download = element("a", { href: address, download: "picture.svg", textContent: label("picture_download") });
  return element("figure", {}, image, element("figcaption", {}, download));
}

async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    notice(label("copied"));
  } catch {
    notice(label("copy_failed")); // not allowed, or a page without https
  }
}

function takeAway(card: TakeAway): HTMLElement {
  const tools = [
    button(label("takeaway_copy"), () => void copy(card.text)),
    button(label("takeaway_download"), () => save(card.text, "text/plain;charset=utf-8", "notes.txt")),
    button(label("takeaway_print"), () => printText(card.text)),
  ];
  const { calendar, planned = "" } = card;
  if (calendar) tools.push(button(label("takeaway_calendar", { planned }), () => save(calendar, "text/calendar;charset=utf-8", "plan.ics")));
  const box = element("div", { className: "takeaway" }, ...tools);
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", card.title);
  return box;
}

function body(message: Message): HTMLElement[] {
  const { card } = message;
  const parts = paragraphs(message.text);
  if (message.image && isPicture(message.image)) parts.push(picture(message.image, card?.type === "picture" ? card.alt : ""));
  if (card?.type === "takeaway") parts.push(takeAway(card));
  if (card?.type === "helplines") {
    parts.push(helpCard(card));
    showBar(card);
    addLines(card);
  }
  const sources = card && "sources" in card ? card.sources : [];
  if (sources.length) {
    const items = sources.map((source) => element("li", { textContent: source.title }));
    parts.push(element("details", {}, element("summary", { textContent: label("sources") }), element("ul", {}, ...items)));
  }
  return parts;
}

function chips(buttons: Button[], press: Press): HTMLElement {
  const list = element("ul", { className: "choices" });
  list.setAttribute("aria-label", label("suggestions"));
  list.append(...buttons.map((one) => element("li", {}, button(one.title, () => press(one)))));
  return list;
}

/** Show one message at the end; the suggestions before it go. */
export function show(message: Message, press: Press): HTMLElement {
  const box = element("div", { className: message.from === "visitor" ? "message visitor" : "message" }, sender(message), ...body(message));
  const hadFocus = log.querySelector(".choices :focus") !== null;
  log.querySelectorAll(".choices").forEach((old) => old.remove());
  log.append(box);
  if (message.buttons.length) log.append(chips(message.buttons, press));
  if (hadFocus) log.parentElement?.focus({ preventScroll: true });
  return box;
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
  const words = messages.flatMap((message) => [message.text, message.card?.type === "picture" ? message.card.alt : ""]);
  const choices = messages.at(-1)?.buttons.map((one) => one.title) ?? [];
  if (choices.length) words.push(`${label("suggestions")}: ${choices.join(", ")}`);
  said.replaceChildren(element("p", { textContent: words.filter(Boolean).join(" ") }));
}

export function toEnd(): void {
  log.lastElementChild?.scrollIntoView({ block: "end" });
}

export function clear(): void {
  log.replaceChildren();
  said.replaceChildren();
  hideBar();
}
