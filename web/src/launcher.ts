// The launcher: a button on a clinic's page that opens the chat panel in a frame of the assistant's own origin.
// It loads nothing until it is pressed, keeps nothing in the browser, and touches the page only inside its shadow root.

import css from "./launcher.css";
import { countable, EscapeCounter, isWebAddress } from "./exit";
import { inkOn, panelAddress, readOptions } from "./options";

declare const LAUNCHER_LABELS: Record<string, Record<"open" | "short" | "unreachable" | "retry" | "close" | "title" | "dir", string>>;

const FULL_SCREEN = "(max-width: 520px), (max-height: 480px)"; // phones, and pages enlarged to 400 %
const READY_WITHIN = 15_000;
const READY_AFTER_LOAD = 1000; // the panel says so before its page has loaded; an error page never does
const LEAVE_WITHIN = 200;
const HELP_ADDRESS = "https://findahelpline.com";
const ICON = "M4 5h16v11h-9l-4 4v-4H4z";

function start(script: HTMLScriptElement): void {
  // Without a prototype: a page that puts something on all objects must not choose for us.
  const options = readOptions(Object.assign(Object.create(null), script.dataset) as DOMStringMap);
  const base = new URL(".", script.src);
  const wanted = (options.language || document.documentElement.lang).toLowerCase().split("-")[0] ?? "";
  const language = Object.keys(LAUNCHER_LABELS).includes(wanted) ? wanted : "en";
  const labels = LAUNCHER_LABELS[language]!;
  const title = options.title || labels.title;
  const host = document.createElement("ipt-chat");
  host.lang = language;
  host.dir = labels.dir;
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
  const button = root.appendChild(document.createElement("button"));
  button.className = `open ${options.position}`;
  button.style.setProperty("--back", options.colour);
  button.style.setProperty("--ink", inkOn(options.colour));
  button.setAttribute("aria-haspopup", "dialog");
  button.setAttribute("aria-label", `${labels.short}: ${labels.open}`);
  button.append(icon(), labels.short);

  const full = matchMedia(FULL_SCREEN);
  const escapes = new EscapeCounter();
  const hidden: HTMLElement[] = []; // what of the page is out of reach while the panel covers it
  let box: HTMLDivElement | undefined;
  let frame: HTMLIFrameElement | undefined;
  let ready = false;
  let patience = 0; // the timer that gives the panel up
  let exit = "https://www.wikipedia.org/";
  let leaving = false;
  let away = false;
  let late = 0;
  let forbidden = false; // the page's own policy keeps the frame out

  const tell = (type: string): void => {
    if (ready) frame?.contentWindow?.postMessage({ type }, base.origin);
  };

  function open(): void {
    if (!box) load();
    box!.hidden = false;
    button.hidden = true;
    fit();
    frame!.focus();
    tell("opened");
  }

  function close(): void {
    if (!box || box.hidden) return;
    box.hidden = true;
    button.hidden = false;
    fit();
    button.focus();
  }

  function load(): void {
    box = document.createElement("div");
    box.setAttribute("role", "dialog");
    box.setAttribute("aria-label", title);
    frame = document.createElement("iframe");
    frame.title = title;
    frame.allow = "clipboard-write";
    frame.referrerPolicy = "no-referrer";
    frame.src = panelAddress(base.href, { ...options, language });
    box.append(frame);
    root.append(box);
    ready = false;
    patience = window.setTimeout(fallBack, READY_WITHIN);
    frame.addEventListener("load", () => {
      clearTimeout(patience);
      if (!ready) patience = window.setTimeout(fallBack, READY_AFTER_LOAD);
    });
  }

  // For whoever runs the page; the visitor sees where help is.
  function explain(): void {
    const why = forbidden
      ? `This page's Content-Security-Policy does not let it be shown. Add ${base.origin} to frame-src.`
      : `${base.origin} did not answer, or does not let this site show it. Is it running, and is ${location.origin} in its IPT_WEB_ORIGINS?`;
    console.error(`IPT chat: the chat could not be opened. ${why} See docs/web-channel.md.`);
  }

  // The server does not answer at all: say where help is, and offer to try again.
  function fallBack(): void {
    if (box!.querySelector(".card")) return; // both timers ran out: it is said already
    explain();
    const card = document.createElement("div");
    card.className = "card";
    const words = document.createElement("p");
    const link = Object.assign(document.createElement("a"), { href: HELP_ADDRESS, target: "_blank", rel: "noopener noreferrer" });
    link.textContent = new URL(HELP_ADDRESS).host;
    words.append(`${labels.unreachable} `, link, ".");
    words.setAttribute("role", "alert");
    const again = Object.assign(document.createElement("button"), { type: "button", textContent: labels.retry });
    again.addEventListener("click", () => {
      box!.remove();
      load();
      open();
    });
    const shut = Object.assign(document.createElement("button"), { type: "button", textContent: labels.close });
    shut.addEventListener("click", close);
    card.append(words, again, shut);
    box!.append(card);
    if (!box!.hidden) again.focus();
  }

  // A panel that covers the page takes the page out of reach, so that focus never lies behind it.
  function fit(): void {
    const covers = Boolean(box && !box.hidden && full.matches);
    if (box) box.className = `frame ${options.position}${full.matches ? " full" : ""}`;
    box?.setAttribute("aria-modal", String(covers));
    for (const element of hidden.splice(0)) element.inert = false;
    if (!covers) return;
    for (const element of document.body.children) {
      if (element === host || !(element instanceof HTMLElement) || element.inert) continue;
      element.inert = true;
      hidden.push(element);
    }
  }

  function leave(): void {
    if (leaving) return;
    leaving = true;
    document.documentElement.style.setProperty("visibility", "hidden", "important");
    button.hidden = true;
    if (box) box.style.visibility = "hidden";
    document.title = new URL(exit).hostname;
    tell("leave"); // the panel erases the chat, and answers "gone"
    late = window.setTimeout(goAway, LEAVE_WITHIN);
  }

  function goAway(): void {
    clearTimeout(late); // once is enough: a second time would begin loading the other page anew
    if (away) return;
    away = true;
    location.replace(exit);
  }

  function heard(event: MessageEvent): void {
    if (!frame || event.source !== frame.contentWindow || event.origin !== base.origin) return;
    const { type, exit: address } = (event.data ?? {}) as { type?: string; exit?: unknown };
    if (type === "ready") {
      ready = true;
      clearTimeout(patience);
      box!.querySelector(".card")?.remove();
      if (isWebAddress(address)) exit = address;
      if (!box!.hidden) tell("opened");
    } else if (type === "close") close();
    else if (type === "escape") pressed();
    else if (type === "leave") leave();
    else if (type === "gone" && leaving) goAway();
  }

  function pressed(): void {
    if (escapes.press()) leave();
  }

  button.addEventListener("click", open);
  full.addEventListener("change", fit);
  addEventListener("message", heard);
  document.addEventListener("securitypolicyviolation", (event) => {
    if (/^(frame|child|default)-src/.test(event.effectiveDirective) && event.blockedURI.startsWith(base.origin)) forbidden = true;
  });
  document.addEventListener("keydown", (event) => {
    if (!box || !countable(event)) return;
    close();
    pressed();
  });
  document.body.append(host);
  if (options.open && !full.matches) open();
}

function icon(): SVGSVGElement {
  const space = "http://www.w3.org/2000/svg";
  const drawing = document.createElementNS(space, "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", ICON);
  drawing.append(path);
  return drawing;
}

// After the page has been painted, so that it never waits for this.
const script = document.currentScript;
const begin = (): void => {
  requestAnimationFrame(() => setTimeout(() => {
    if (script instanceof HTMLScriptElement && script.src && !document.querySelector("ipt-chat")) start(script);
  }));
};
if (document.body) begin();
else document.addEventListener("DOMContentLoaded", begin);
