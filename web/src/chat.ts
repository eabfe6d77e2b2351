// One conversation: shown, sent, and kept the same in all tabs.
import { Refused } from "./api";
import { byId } from "./dom";
import { given, label } from "./labels";
import { clear, show, showReply, toEnd } from "./messages";
import { notice, showTyping } from "./notice";
import { Outbox, type Outgoing } from "./outbox";
import { readToken } from "./token";
import type { Answer, Button, Message } from "./types";

const RETRY_SECONDS = 5;
const GONE = 401;
const TOO_LONG = 413;

interface Server {
  newSession(): Promise<Answer[]>;
  history(): Promise<Message[]>;
  renewIfDue(): Promise<void>;
}

// `crypto.randomUUID` is missing on pages without https.
const newId = (): string => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

export class Chat {
  private shown: Message[] = []; // what the server has of what is shown
  private syncing = false;
  private missed = false; // another tab said something while this one was busy
  private readonly field = byId<HTMLTextAreaElement>("text");
  private readonly tabs = "BroadcastChannel" in self ? new BroadcastChannel("ipt-chat") : null;
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
    },
    refused: (message, error) => this.refused(message, error),
  });

  constructor(private readonly server: Server) {
    this.tabs?.addEventListener("message", () => void this.sync());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") void this.sync();
    });
  }

  /** Go on where the person was, or begin; if the server cannot be reached, go on trying. */
  async start(): Promise<void> {
    try {
      if (readToken()) await this.resume();
      else await this.begin();
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

  /** Begin a new conversation. */
  async begin(told = ""): Promise<void> {
    this.outbox.clear();
    const messages = await this.server.newSession();
    clear();
    this.shown = [];
    this.reply(messages);
    notice(told);
    this.tabs?.postMessage("changed");
  }

  /** Show the conversation as the server has it. */
  async resume(): Promise<void> {
    await this.server.renewIfDue();
    let messages: Message[];
    try {
      messages = await this.server.history();
    } catch (error) {
      if (error instanceof Refused && error.status === GONE) return this.begin(label("ended"));
      throw error;
    }
    this.rebuild(messages);
    notice("");
  }

  /** Another tab erased or left the chat: nothing of it stays; the next message begins a new one. */
  ended(): void {
    this.outbox.clear();
    clear();
    this.shown = [];
    notice("");
  }

  say(text: string): void {
    this.send({ text }, text);
  }

  private send(body: Outgoing["body"], text: string): void {
    const box = show({ from: "visitor", text, buttons: [] }, this.press);
    toEnd();
    this.outbox.add({ id: newId(), text, body, box });
    if (document.activeElement !== this.field && matchMedia("(pointer: fine)").matches) this.field.focus();
  }

  private answered(message: Outgoing, messages: Answer[]): void {
    showTyping(false);
    notice("");
    this.shown.push({ from: "visitor", text: message.text, buttons: [] });
    this.reply(messages);
    this.tabs?.postMessage("changed");
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
    if ("text" in message.body && !this.field.value) this.field.value = message.text;
    notice(label(error.status === TOO_LONG ? "too_long" : "button" in message.body ? "button_gone" : "failed", { limit: given.limit }));
    if ("button" in message.body) await this.sync();
    return false;
  }

  // The chat was erased or is too old: what was just said goes into a new one.
  private async restart(message: Outgoing): Promise<boolean> {
    try {
      const messages = await this.server.newSession();
      clear();
      this.shown = [];
      this.reply(messages);
    } catch {
      notice(label("trying"));
      await new Promise((resolve) => setTimeout(resolve, RETRY_SECONDS * 1000));
      return true;
    }
    message.restarted = true;
    message.box = show({ from: "visitor", text: message.text, buttons: [] }, this.press);
    return true;
  }

  /** Take over what another tab said. */
  private async sync(): Promise<void> {
    this.missed = this.syncing || !this.outbox.empty;
    if (this.missed || !readToken()) return;
    this.syncing = true;
    try {
      const messages = await this.server.history();
      if (this.outbox.empty && !this.same(messages)) this.rebuild(messages);
    } catch (error) {
      if (error instanceof Refused && error.status === GONE) this.ended();
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
    this.shown = messages;
    messages.forEach((message) => show(message, this.press));
    toEnd();
  }
}
