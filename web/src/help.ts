// Help lines: behind "Help now", inside messages, and in a bar that stays in sight once danger was spoken of.
import { byId, element, link } from "./dom";
import { given, label, worded } from "./labels";
import type { HelpCard, Line, Way } from "./types";

const roomy = matchMedia("(min-width: 30rem) and (min-height: 40rem)");
const bar = byId("bar");
let shownLast = "";

/** One link; its spoken name says whose number it is. A number keeps its order where labels run from right to left. */
export function wayLink(verb: string, way: Way, name: string): HTMLElement {
  const after = way.href.startsWith("https:") ? ` (${label("new_tab")})` : "";
  const shown = element("bdi", { dir: "ltr", textContent: way.shown });
  return link(way.href, [element("span", {}, verb ? `${verb} ` : "", shown, after)], `${verb} ${way.shown}${after}, ${name}`.trim());
}

function nameOf(line: Line): string {
  return line.name === "Emergency" ? label("emergency") : line.name;
}

function ways(line: Line, verb = label("call")): HTMLElement[] {
  const links = line.call.map((number) => wayLink(verb, number, nameOf(line)));
  if (line.text) links.push(wayLink(label("text"), line.text, nameOf(line)));
  if (line.chat) links.push(wayLink(label("open_page"), line.chat, nameOf(line)));
  return links;
}

function list(card: HelpCard): HTMLElement {
  const items = [card.emergency, ...card.lines].map((line) => {
    const words = line.hours ? `${nameOf(line)}, ${line.hours}` : nameOf(line);
    const name = nameOf(line) === line.name ? element("bdi", { lang: "en", dir: "ltr", textContent: words }) : words;
    return element("li", {}, element("span", {}, name), ...ways(line));
  });
  return element("ul", { className: "lines" }, ...items);
}

/** All lines of a card, for a message. Folded where the bar must do, and when the message before showed the same. */
export function helpCard(card: HelpCard): HTMLElement {
  const same = JSON.stringify([card.emergency, card.lines]);
  const open = roomy.matches && same !== shownLast;
  shownLast = same;
  return element("details", { className: "help", open }, worded("summary", label("help_heading")), list(card));
}

/** The shortest way to each kind of help, kept in sight. */
export function showBar(card: HelpCard): void {
  const links = ways(card.emergency, label("emergency")).slice(0, 1);
  const calls = card.lines.find((line) => line.call.length);
  const texts = card.lines.find((line) => line.text) ?? (calls ? undefined : card.lines.find((line) => line.chat));
  if (calls) links.push(...ways(calls).slice(0, 1));
  if (texts) links.push(...ways({ ...texts, call: [] }).slice(0, 1));
  bar.replaceChildren(element("ul", {}, ...links.map((way) => element("li", {}, way))));
  bar.hidden = false;
}

export function hideBar(): void {
  shownLast = "";
  bar.hidden = true;
  bar.replaceChildren();
  fillLines(given.help);
}

/** What "Help now" shows: the lines of the person's country, here since the page was loaded. */
export function fillLines(card: HelpCard): void {
  byId("lines-list").replaceChildren(list(card));
}

/** After a reply with lines of another country than the page's: both, the reply's first. */
export function addLines(card: HelpCard): void {
  if (card.emergency.call[0]?.href === given.help.emergency.call[0]?.href) return fillLines(given.help);
  const known = new Set(card.lines.map((line) => line.name));
  const more = given.help.lines.filter((line) => !known.has(line.name));
  fillLines({ ...card, lines: [...card.lines, { ...given.help.emergency, name: label("emergency") }, ...more] });
}
