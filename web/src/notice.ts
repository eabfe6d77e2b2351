// The line above the field that says what state the chat is in.
import { byId } from "./dom";

const status = byId("status");
const typing = byId("typing");

export function notice(text: string): void {
  if (status.textContent !== text) status.textContent = text;
}

export function showTyping(on: boolean): void {
  typing.hidden = !on;
  if (on) typing.scrollIntoView({ block: "nearest" });
}
