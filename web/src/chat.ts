// One conversation: shown, sent, and kept the same in all tabs.
import { type Begun, Refused } from "./api";
import { whileAwake } from "./awake";
import { byId } from "./dom";
import { keep, kept, lose, unlock } from "./draft";
import { given, label } from "./labels";
import { add, clear, show, showReply, toEnd } from "./messages";
import { notice, showTyping } from "./notice";
import { Outbox, type Outgoing } from "./outbox";
import { onNews, tellTabs } from "./tabs";
import { isOver, readToken } from "./token";
import type { Answer, Button, Kept, Message } from "./types";

const RETRY_SECONDS = 5;
const GONE = 401;
const TOO_LONG = 413;

interface Server {
  newSession(): Promise<Begun>;
  history(): Promise<Kept>;
  renewIfDue(): Promise<void>;
}

// `crypto.randomUUID` is missing on pages without https.
const newId = (): string => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

export class Chat {
  private shown: Message[] = []; // what the server has of what is shown
  private syncing = false;
  private missed = false; // another tab said something while this one was busy
  private readonly field = byId<HTMLTextAreaElement>("text");
  private readonly press = (pressed: Button): void => this.send({ button: pressed.id }, pressed.title);
  private readonly outbox = new Outbox({
    sending: (message) => {
      message.box.classList.remove("waiting");
      showTyping(true);
    },
    answered: (message, messages) => this.answered(message, messages),
    delayed: (message, error, seconds) => {
      showTyping(false);
      message.box.classList.add("waiting");
      message.box.dataset["state"] = label("waiting");
      notice(error.status === 429 ? label("slow_down", { seconds }) : label("trying"));
      message.box.scrollIntoView({ block: "end" });
    },
    refused: (message, error) => this.refused(message, error),
    changed: () => this.keep(),
  });

  constructor(private readonly server: Server) {
    onNews((news) => {
      if (news.type === "changed") void this.sync();
      else if (news.type === "asked" && this.field.value) tellTabs({ type: "draft", text: this.field.value });
      else if (news.type === "draft" && !this.field.value) this.fill(news.text);
      else if (news.type === "sent" && this.field.value.trim() === news.text) this.fill("");
    });
    whileAwake(() => void this.sync(), () => void this.server.renewIfDue());
    this.field.addEventListener("input", () => this.keep());
  }

  /** Go on where the person was, or begin; if the server cannot be reached, go on trying. */
  async start(): Promise<void> {
    try {
      if (readToken()) await this.resume();
      else await this.begin();
      if (!this.field.value) tellTabs({ type: "asked" });
    } catch (error) {
      const refused = error instanceof Refused ? error : new Refused(0, 0);
      if (!(error instanceof Refused)) console.error(error);
      notice(label("trying_start"));
      const again = (): void => {
        clearTimeout(timer);
        removeEventListener("online", again);
        void this.start();
      };
      const timer = setTimeout(again, (refused.retryAfter || RETRY_SECONDS) * 1000);
      addEventListener("online", again);
    }
  }

  /** Begin a new conversation; what is in the field stays there. */
  async begin(told = ""): Promise<void> {
    this.outbox.clear();
    await this.welcome();
    notice(told);
    tellTabs({ type: "changed" });
  }

  /** Show the conversation as the server has it, and take up what was not sent before a reload. */
  async resume(): Promise<void> {
    await this.server.renewIfDue();
    let stored: Kept;
    try {
      stored = await this.server.history();
    } catch (error) {
      if (error instanceof Refused && error.status === GONE) return this.begin(label("ended"));
      throw error;
    }
    await unlock(stored.draft_key);
    const unsent = await kept();
    this.rebuild(stored.messages);
    notice("");
    const known = new Set([...stored.messages, ...this.outbox.all].map((message) => message.id));
    this.fill([unsent.text, this.field.value].filter((text, at, all) => text && all.indexOf(text) === at).join("\n"));
    for (const { id, text, body } of unsent.waiting) if (!known.has(id)) this.send(body, text, id);
    this.keep();
  }

  /** The chat was erased or left: nothing of it stays; the next message begins a new one. */
  ended(): void {
    lose();
    this.outbox.clear();
    showTyping(false);
    this.fill("");
    clear();
    this.shown = [];
    notice("");
  }

  say(text: string): void {
    this.fill("");
    this.send({ text }, text);
    tellTabs({ type: "sent", text });
  }

  private send(body: Outgoing["body"], text: string, id = newId()): void {
    const box = show({ from: "visitor", text, buttons: [] }, this.press);
    toEnd();
    this.outbox.add({ id, text, body, box });
    if (document.activeElement !== this.field && matchMedia("(pointer: fine)").matches) this.field.focus();
  }

  private fill(text: string): void {
    if (this.field.value === text) return;
    this.field.value = text;
    this.field.dispatchEvent(new Event("input"));
  }

  private keep(): void {
    keep({ text: this.field.value.trim(), waiting: this.outbox.all.map(({ id, text, body }) => ({ id, text, body })) });
  }

  private async welcome(): Promise<void> {
    const { messages, draft_key } = await this.server.newSession();
    await unlock(draft_key);
    clear();
    this.shown = [];
    this.reply(messages);
    this.keep();
  }

  private answered(message: Outgoing, messages: Answer[]): void {
    showTyping(false);
    notice("");
    this.shown.push({ from: "visitor", text: message.text, buttons: [] });
    this.reply(messages);
    tellTabs({ type: "changed" });
    if (this.missed) setTimeout(() => void this.sync());
  }

  private reply(messages: Answer[]): void {
    const replies = messages.map((message): Message => ({ from: "assistant", ...message }));
    this.shown.push(...replies);
    showReply(replies, this.press);
  }

  private async refused(message: Outgoing, error: Refused): Promise<boolean> {
    showTyping(false);
    if (error.status === GONE && "text" in message.body && !message.restarted) return this.restart(message);
    message.box.remove();
    if (error.status === GONE) {
      await this.begin(label("ended")).catch(() => notice(label("trying")));
      return false;
    }
    if ("text" in message.body && !this.field.value) this.fill(message.text);
    notice(label(error.status === TOO_LONG ? "too_long" : "button" in message.body ? "button_gone" : "failed", { limit: given.limit }));
    if ("button" in message.body) await this.sync();
    return false;
  }

  // The chat was erased or is too old: what was just said goes into a new one.
  private async restart(message: Outgoing): Promise<boolean> {
    try {
      await this.welcome();
    } catch {
      notice(label("trying"));
      await new Promise((resolve) => setTimeout(resolve, RETRY_SECONDS * 1000));
      return true;
    }
    message.restarted = true;
    message.box = show({ from: "visitor", text: message.text, buttons: [] }, this.press);
    return true;
  }

  /** Take over what another tab said, or what happened while this one was away. */
  private async sync(): Promise<void> {
    this.missed = this.syncing || !this.outbox.empty;
    if (this.missed || !readToken()) return;
    this.syncing = true;
    try {
      await this.server.renewIfDue();
      const { messages } = await this.server.history();
      if (this.outbox.empty && !this.same(messages)) this.rebuild(messages);
    } catch (error) {
      if (!(error instanceof Refused && error.status === GONE)) return;
      if (isOver(readToken())) await this.begin(label("ended")).catch(() => notice(label("trying")));
      else this.ended();
    } finally {
      this.syncing = false;
    }
  }

  private same(messages: Message[]): boolean {
    const key = (all: Message[]): string => JSON.stringify(all.map((message) => [message.from, message.text]));
    return key(messages) === key(this.shown);
  }

  private rebuild(messages: Message[]): void {
    clear();
    this.outbox.settle(new Set(messages.map((message) => message.id ?? "")));
    if (this.outbox.empty) showTyping(false);
    this.shown = messages;
    messages.forEach((message) => show(message, this.press));
    this.outbox.all.forEach((message) => add(message.box)); // on its way, not with the server yet
    toEnd();
  }
}
