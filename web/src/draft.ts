// Words not sent yet, kept for this tab across a reload. They lie in the tab's storage sealed (AES-GCM) with a key that only the
// server gives out, together with the conversation: once that is erased or its token too old, nobody can read them.

export interface Waiting {
  id: string;
  text: string;
  body: { text: string } | { button: string };
}

/** What is in the field, and the messages that no server has answered. */
export interface Unsent {
  text: string;
  waiting: Waiting[];
}

const NAME = "ipt-chat-unsent";
const VECTOR = 12; // bytes
const bytes = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

let key: CryptoKey | null = null;
let turn = Promise.resolve(); // one after the other, so that the newest words are kept

/** Take the key of a conversation; without https a browser has no means to seal, and nothing is kept. */
export async function unlock(secret: string): Promise<void> {
  key = "subtle" in crypto && secret ? await crypto.subtle.importKey("raw", bytes(secret), "AES-GCM", false, ["encrypt", "decrypt"]) : null;
}

/** Keep what is unsent; nothing unsent removes what was kept. */
export function keep(unsent: Unsent): void {
  turn = turn.then(async () => {
    if (!key) return;
    if (!unsent.text && !unsent.waiting.length) return forget();
    const vector = crypto.getRandomValues(new Uint8Array(VECTOR));
    const words = new TextEncoder().encode(JSON.stringify(unsent));
    const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv: vector }, key, words));
    if (key) store(btoa(String.fromCharCode(...vector, ...sealed)));
  });
}

/** What was kept; nothing if it belongs to another conversation. */
export async function kept(): Promise<Unsent> {
  try {
    const sealed = bytes(sessionStorage.getItem(NAME) ?? "");
    if (key && sealed.length) {
      const words = await crypto.subtle.decrypt({ name: "AES-GCM", iv: sealed.slice(0, VECTOR) }, key, sealed.slice(VECTOR));
      return JSON.parse(new TextDecoder().decode(words)) as Unsent;
    }
  } catch {
    forget();
  }
  return { text: "", waiting: [] };
}

/** Remove what was kept, and the key with it. */
export function lose(): void {
  key = null;
  forget();
}

function forget(): void {
  try {
    sessionStorage.removeItem(NAME);
  } catch {
    // This browser keeps nothing for frames.
  }
}

function store(sealed: string): void {
  try {
    sessionStorage.setItem(NAME, sealed);
  } catch {
    // The words then last as long as the page.
  }
}
