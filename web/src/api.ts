// Requests to the server. The token goes in a header, never in an address.
import { isDue, keepToken, readToken } from "./token";
import type { Answer, Kept } from "./types";

const TIMEOUT = 30_000;

/** A request that was not served. `status` 0: there was no answer at all. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly retryAfter: number,
  ) {
    super(`status ${status}`);
  }

  /** Whether the same request may succeed later. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

async function call<Content>(method: string, path: string, body?: object, keepalive = false): Promise<Content> {
  const headers: Record<string, string> = {};
  const token = path === "session" && method === "POST" ? "" : readToken();
  if (token) headers["Authorization"] = `Bearer ${token}`;
  if (body) headers["Content-Type"] = "application/json";
  let response: Response;
  try {
    response = await fetch(path, {
      method, headers, keepalive, cache: "no-store", credentials: "omit", signal: AbortSignal.timeout(TIMEOUT),
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (response.ok) return (response.status === 204 ? null : await response.json()) as Content;
  } catch {
    throw new Refused(0, 0);
  }
  throw new Refused(response.status, Number(response.headers.get("Retry-After")) || 0);
}

/** A new conversation: its greeting, and the key for what is not sent in it. */
export interface Begun {
  messages: Answer[];
  draft_key: string;
}

export async function newSession(topic: string, country: string): Promise<Begun> {
  const wanted = { ...(topic ? { topic } : {}), ...(country ? { country } : {}) };
  const session = await call<Begun & { token: string }>("POST", "session", wanted);
  keepToken(session.token);
  return session;
}

/** Send a message. It outlives the page, and with the same id the server answers it once however often it comes. */
export async function post(body: { text: string } | { button: string }, id: string): Promise<Answer[]> {
  return (await call<{ messages: Answer[] }>("POST", "messages", { ...body, id }, true)).messages;
}

export const history = (): Promise<Kept> => call<Kept>("GET", "history");
export const everything = (): Promise<object> => call<object>("GET", "export");
export const erase = (): Promise<null> => call<null>("DELETE", "session");

/** Erase without waiting, as the page goes. */
export function eraseLeaving(): void {
  const token = readToken();
  keepToken("");
  if (!token) return;
  const headers = { Authorization: `Bearer ${token}` };
  fetch("session", { method: "DELETE", headers, keepalive: true, credentials: "omit" }).catch(() => {});
}

/** Renew the token once half of its life has passed. Failing does no harm: it is tried again. */
export async function renewIfDue(): Promise<void> {
  const token = readToken();
  if (!isDue(token)) return;
  try {
    const renewed = await call<{ token: string }>("POST", "session/renew");
    if (readToken() === token) keepToken(renewed.token);
  } catch {
    // Tried again with the next message.
  }
}
