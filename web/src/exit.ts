// Escape pressed three times within a second leaves the chat and the page. Launcher and panel count together.

const PRESSES = 3;
const WITHIN_MILLISECONDS = 1000;

export class EscapeCounter {
  private pressed: number[] = [];

  /** Count a press; true if it was the third in time. */
  press(): boolean {
    const now = performance.now();
    this.pressed = [...this.pressed, now].slice(-PRESSES);
    return this.pressed.length === PRESSES && now - (this.pressed[0] ?? 0) <= WITHIN_MILLISECONDS;
  }
}

export function countable(event: KeyboardEvent): boolean {
  return event.key === "Escape" && !event.repeat && !event.isComposing;
}

export const isWebAddress = (address: unknown): address is string =>
  typeof address === "string" && /^https?:\/\//i.test(address);
