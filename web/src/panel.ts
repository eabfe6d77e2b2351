// The chat panel: a page of the assistant's own origin, in the launcher's frame or on its own.
import { everything, erase, history, newSession, Refused, renewIfDue } from "./api";
import { Chat } from "./chat";
import { byId, save } from "./dom";
import { fillLines } from "./help";
import { given, label } from "./labels";
import { addLeaving } from "./leave";
import { addMenu, ask, toggled } from "./menu";
import { notice } from "./notice";
import { inkOn, readAddress } from "./options";
import { onTokenChanged } from "./token";

const framed = parent !== self;
const options = readAddress(location.search, framed);
const title = options.title || label("title");
const field = byId<HTMLTextAreaElement>("text");

document.title = title;
byId("title").textContent = title;
if (framed) {
  document.documentElement.style.setProperty("--head", options.colour);
  document.documentElement.style.setProperty("--on-head", inkOn(options.colour));
}
fillLines(given.help);
const help = toggled(byId("help-button"), byId("lines"));
byId("lines-close").addEventListener("click", () => help.close(true));

const chat = new Chat({ newSession: () => newSession(options.topic, options.country), history, renewIfDue });

async function attempt(action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    notice(label(error.status === 429 ? "busy" : "failed", { seconds: error.retryAfter || 1 }));
  }
}

const menu = addMenu({
  new: async () => {
    if (!(await ask(label("new_question"), label("confirm_new")))) return;
    await attempt(() => chat.begin());
    field.focus();
  },
  download: () => attempt(async () => save(JSON.stringify(await everything(), null, 2), "application/json", "chat.json")),
  print: async () => window.print(),
  erase: async () => {
    if (!(await ask(label("erase_question"), label("confirm_erase")))) return;
    await attempt(async () => {
      await erase().catch((error: unknown) => {
        if (!(error instanceof Refused && error.status === 401)) throw error; // erased in another tab
      });
      chat.ended();
      await chat.begin(label("erased"));
    });
    field.focus();
  },
});
// Nothing that has the focus may lie under what is open; one thing is open at a time.
byId("menu-button").addEventListener("click", () => help.close(false));
byId("help-button").addEventListener("click", () => menu.close(false));
document.querySelector("main")?.addEventListener("focusin", () => {
  menu.close(false);
  help.close(false);
});
byId("form").addEventListener("focusin", () => menu.close(false));
addLeaving({ framed, fold: () => menu.close(true) || help.close(true) });

field.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  byId<HTMLFormElement>("form").requestSubmit();
});
field.addEventListener("input", () => {
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight + 3}px`;
});
byId("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = field.value.trim();
  if (!text) return;
  chat.say(text);
});

onTokenChanged((token) => void attempt(async () => (token ? chat.resume() : chat.ended())));
void chat.start();
