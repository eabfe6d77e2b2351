// Printing: the whole chat, or one take-away alone.
import { byId } from "./dom";

const sheet = byId("sheet");

export function printText(text: string): void {
  sheet.textContent = text;
  document.body.classList.add("sheet-only");
  window.print();
}

addEventListener("afterprint", () => {
  document.body.classList.remove("sheet-only");
  sheet.textContent = "";
});
