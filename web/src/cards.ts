// Cards: what belongs to a message besides its words.
import { button, element, isPicture, save, withLinks } from "./dom";
import { helpCard, wayLink } from "./help";
import { label, worded } from "./labels";
import { notice } from "./notice";
import { printText } from "./print";
import type { Button, CareCard, ExerciseCard, Message, Source, TakeAway } from "./types";

export type Press = (pressed: Button) => void;

let number = 0; // of the headings, which need names of their own

export function paragraphs(text: string): HTMLElement[] {
  return text.split(/\n{2,}/).filter(Boolean).map((part) => element("p", {}, ...withLinks(part)));
}

/** The cards of a message, and its words where they stand in relation to them. */
export function body(message: Message, press: Press): HTMLElement[] {
  const { card } = message;
  const parts = card?.type === "exercise" ? exercise(card, press) : paragraphs(message.text);
  if (message.image && isPicture(message.image)) parts.push(picture(message.image, card?.type === "picture" ? card.alt : ""));
  if (card?.type === "takeaway") parts.push(takeAway(card));
  if (card?.type === "care") parts.push(care(card));
  if (card?.type === "helplines") parts.push(helpCard(card));
  if (card && "sources" in card && card.sources?.length) parts.push(sources(card.sources));
  return parts;
}

/** The words a screen reader is told of a card's message that are not in its text. */
export function spoken({ card }: Message): string {
  if (card?.type === "picture") return card.alt;
  if (card?.type === "care") return `${label("care")}: ${card.places.map((place) => place.name).join(", ")}`;
  return "";
}

function exercise(card: ExerciseCard, press: Press): HTMLElement[] {
  const title = element("h2", { id: `exercise-${(number += 1)}`, textContent: card.title });
  const [time = "", ...notes] = paragraphs(card.after);
  const start = button(card.start.title, () => press(card.start), "main");
  start.setAttribute("aria-describedby", title.id);
  const kind = worded("p", label("exercise"));
  kind.className = "kind";
  const box = element("div", { className: "offer" }, kind, title, element("p", { textContent: card.purpose }), time, ...notes, start);
  if (time) time.className = "time";
  box.setAttribute("role", "group");
  box.setAttribute("aria-labelledby", title.id);
  return [...paragraphs(card.before), box];
}

function care(card: CareCard): HTMLElement {
  const items = card.places.map((place) => {
    const ways = place.call.map((way) => wayLink(label("call"), way, place.name));
    if (place.link) ways.push(wayLink("", place.link, place.name));
    return element("li", {}, element("strong", { textContent: place.name }), element("p", { textContent: place.what }), ...ways);
  });
  const list = element("ul", { className: "lines places" }, ...items);
  list.setAttribute("aria-label", label("care"));
  return list;
}

function sources(all: Source[]): HTMLElement {
  const items = all.map((source) => element("li", { textContent: source.title }));
  return element("details", {}, worded("summary", label("sources")), element("ul", {}, ...items));
}

function picture(address: string, words: string): HTMLElement {
  const download = Object.assign(worded("a", label("picture_download")), { href: address, download: "picture.svg" });
  return element("figure", {}, element("img", { src: address, alt: words }), element("figcaption", {}, download));
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
  const box = worded("div", "");
  box.append(...tools);
  box.className = "takeaway";
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", card.title);
  return box;
}
