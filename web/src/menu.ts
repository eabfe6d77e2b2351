// Menu, text size, questions to confirm, and what opens and closes.
import { byId } from "./dom";
import { fitRoom } from "./room";

const SIZES = [100, 125, 150, 200, 300]; // per cent

interface Toggled {
  /** Close; true if it was open. */
  close(focus: boolean): boolean;
}

/** Make a button open and close an area. */
export function toggled(control: HTMLElement, area: HTMLElement): Toggled {
  const set = (open: boolean): void => {
    area.hidden = !open;
    control.setAttribute("aria-expanded", String(open));
  };
  const close = (focus: boolean): boolean => {
    if (area.hidden) return false;
    set(false);
    if (focus) control.focus();
    return true;
  };
  control.addEventListener("click", () => set(area.hidden));
  return { close };
}

export type Entry = "new" | "download" | "print" | "erase";

export function addMenu(actions: Record<Entry, () => Promise<void>>): Toggled {
  const menu = toggled(byId("menu-button"), byId("menu"));
  for (const [name, action] of Object.entries(actions)) {
    byId(name).addEventListener("click", () => {
      menu.close(true);
      void action();
    });
  }
  addTextSize();
  return menu;
}

function addTextSize(): void {
  const controls = { smaller: byId<HTMLButtonElement>("smaller"), larger: byId<HTMLButtonElement>("larger") };
  let at = 0;
  const resize = (step: number): void => {
    at = Math.min(Math.max(at + step, 0), SIZES.length - 1);
    document.documentElement.style.fontSize = at ? `${SIZES[at] ?? 100}%` : "";
    fitRoom();
    controls.smaller.setAttribute("aria-disabled", String(at === 0));
    controls.larger.setAttribute("aria-disabled", String(at === SIZES.length - 1));
  };
  controls.smaller.addEventListener("click", () => resize(-1));
  controls.larger.addEventListener("click", () => resize(1));
  addEventListener("resize", fitRoom);
  resize(0);
}

/** Ask before something that cannot be undone. (A frame may not use `confirm`.) */
export function ask(question: string, yes: string): Promise<boolean> {
  const dialog = byId<HTMLDialogElement>("question");
  byId("question-text").textContent = question;
  byId("question-yes").textContent = yes;
  dialog.returnValue = "";
  dialog.showModal();
  byId("question-no").focus();
  return new Promise((resolve) => {
    byId("question-yes").onclick = () => dialog.close("yes");
    byId("question-no").onclick = () => dialog.close();
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}
