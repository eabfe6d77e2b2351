// Help lines: inside a message, and in a bar that stays in sight.
"use strict";

const bar = document.getElementById("help");
const roomy = matchMedia("(min-width: 30rem)");
let shownLast = "";

function element(name, properties, ...children) {
  const node = Object.assign(document.createElement(name), properties);
  node.append(...children);
  return node;
}

// One link; its spoken name says whose number it is.
function helpLink(verb, way, line) {
  const web = way.href.startsWith("https:");
  const link = element("a", { href: way.href, textContent: `${verb} ${way.shown}${web ? " (new tab)" : ""}` });
  link.setAttribute("aria-label", `${link.textContent}, ${line.name}`);
  if (web) Object.assign(link, { target: "_blank", rel: "noopener noreferrer" });
  return link;
}

function helpLinks(line, verb = "Call") {
  const links = line.call.map((number) => helpLink(verb, number, line));
  if (line.text) links.push(helpLink("Text", line.text, line));
  if (line.chat) links.push(helpLink("Open", line.chat, line));
  return links;
}

// All lines of a card, for a message. Folded where the bar must do: on a phone, so that question and answers stay together,
// and when the message before showed the same.
function helpCard(card) {
  const items = [card.emergency, ...card.lines].map((line) => {
    const name = element("span", { textContent: line.hours ? `${line.name}, ${line.hours}` : line.name });
    return element("li", {}, name, ...helpLinks(line));
  });
  const same = JSON.stringify([card.emergency, card.lines]);
  const open = roomy.matches && same !== shownLast;
  shownLast = same;
  return element("details", { className: "help", open }, element("summary", { textContent: "People who can help now" }), element("ul", {}, ...items));
}

// The shortest way to each kind of help, for the bar.
function showHelp(card) {
  const links = helpLinks(card.emergency, "Emergency").slice(0, 1);
  const calls = card.lines.find((line) => line.call.length);
  const texts = card.lines.find((line) => line.text) || (calls ? null : card.lines.find((line) => line.chat));
  if (calls) links.push(helpLinks(calls)[0]);
  if (texts) links.push(helpLinks({ ...texts, call: [] })[0]);
  bar.replaceChildren(element("ul", {}, ...links.map((link) => element("li", {}, link))));
  bar.hidden = false;
}

function hideHelp() {
  shownLast = "";
  bar.hidden = true;
  bar.replaceChildren();
}
