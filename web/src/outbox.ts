// Messages on their way: sent one after the other, kept until the server has answered, each with an id so that it counts once.
import { post, Refused, renewIfDue } from "./api";
import type { Waiting } from "./draft";
import type { Answer } from "./types";

const WAITS = [1, 2, 4, 8, 15]; // seconds between tries

export interface Outgoing extends Waiting {
  box: HTMLElement;
  restarted?: boolean;
}

export interface Listener {
  sending(message: Outgoing): void;
  answered(message: Outgoing, messages: Answer[]): void;
  delayed(message: Outgoing, error: Refused, seconds: number): void;
  /** The server will not take it; resolves to true if it is to be sent again (in a new conversation). */
  refused(message: Outgoing, error: Refused): Promise<boolean>;
  /** What waits is not what it was. */
  changed(): void;
}

export class Outbox {
  private waiting: Outgoing[] = [];
  private running = false;
  private tries = 0;
  private wake: () => void = () => {};

  constructor(private readonly listener: Listener) {
    addEventListener("online", () => this.hurry());
    addEventListener("visibilitychange", () => this.hurry());
  }

  get empty(): boolean {
    return this.waiting.length === 0;
  }

  get all(): readonly Outgoing[] {
    return this.waiting;
  }

  add(message: Outgoing): void {
    this.waiting.push(message);
    this.listener.changed();
    void this.run();
  }

  /** Strike out what the server turned out to have answered. */
  settle(answered: Set<string>): void {
    this.leave(this.waiting.filter((message) => !answered.has(message.id)));
  }

  /** Forget what was not sent: the chat was erased. */
  clear(): void {
    this.leave([]);
    this.hurry();
  }

  private hurry(): void {
    this.wake();
  }

  private async run(): Promise<void> {
    if (this.running) return;
    this.running = true;
    try {
      for (let message = this.waiting[0]; message; message = this.waiting[0]) await this.handle(message);
    } finally {
      this.running = false;
    }
  }

  private async handle(message: Outgoing): Promise<void> {
    let done = true; // also if showing the answer fails: what comes after it must not wait for ever
    try {
      done = await this.send(message);
    } finally {
      if (done) this.leave(this.waiting.filter((other) => other !== message));
    }
  }

  private leave(waiting: Outgoing[]): void {
    if (waiting.length === this.waiting.length) return;
    this.waiting = waiting;
    this.listener.changed();
  }

  /** Try once; true if the message is done with. */
  private async send(message: Outgoing): Promise<boolean> {
    this.listener.sending(message);
    try {
      await renewIfDue();
      const answer = await post(message.body, message.id);
      this.tries = 0;
      if (this.waiting.includes(message)) this.listener.answered(message, answer);
      return true;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (!error.passing) return !(await this.listener.refused(message, error));
      const seconds = error.retryAfter || (WAITS[Math.min(this.tries, WAITS.length - 1)] ?? 15);
      this.tries += 1;
      if (this.waiting.includes(message)) {
        this.listener.delayed(message, error, seconds);
        await this.wait(seconds);
      }
      return false;
    }
  }

  private wait(seconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, seconds * 1000);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
