// "Leave quickly", Escape, and closing the panel.
import { eraseLeaving } from "./api";
import { byId } from "./dom";
import { lose } from "./draft";
import { countable, EscapeCounter } from "./exit";
import { given } from "./labels";

interface Settings {
  framed: boolean;
  /** Close what is open inside the panel; true if something was. */
  fold(): boolean;
}

// The page outside learns only what is to be done; no word of the chat goes there.
const tell = (type: string): void => parent.postMessage({ type, exit: given.exit }, "*");

function vanish(): void {
  lose();
  eraseLeaving();
  document.title = new URL(given.exit).hostname;
  document.body.replaceChildren();
}

export function addLeaving({ framed, fold }: Settings): void {
  const escapes = new EscapeCounter();
  const leave = (): void => {
    vanish();
    if (framed) {
      tell("leave");
      tell("gone");
    } else location.replace(given.exit);
  };

  byId("leave").addEventListener("click", leave);
  document.addEventListener(
    "keydown",
    (event) => {
      if (!countable(event)) return;
      event.preventDefault();
      const folded = fold() || closeQuestion();
      if (!framed) {
        if (escapes.press()) leave();
        return;
      }
      if (!folded) tell("close");
      tell("escape");
    },
    true,
  );
  if (!framed) return;
  const close = byId("close");
  close.hidden = false;
  close.addEventListener("click", () => tell("close"));
  addEventListener("message", (event) => {
    if (event.source !== parent) return;
    const { type } = (event.data ?? {}) as { type?: string };
    if (type === "opened") focusInside();
    else if (type === "leave") {
      vanish();
      tell("gone");
    }
  });
  tell("ready");
}

function closeQuestion(): boolean {
  const question = byId<HTMLDialogElement>("question");
  if (!question.open) return false;
  question.close();
  return true;
}

// On a touch screen the field would bring up the keyboard and hide the greeting.
function focusInside(): void {
  byId(matchMedia("(pointer: coarse)").matches ? "title" : "text").focus();
}
