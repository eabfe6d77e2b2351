// The token: all that the browser keeps in the clear. Kept across tabs, so that a second tab goes on in the same conversation.

const NAME = "ipt-chat-token";
let memory = ""; // where the browser keeps nothing for frames

export function readToken(): string {
  try {
    return localStorage.getItem(NAME) ?? "";
  } catch {
    return memory;
  }
}

export function keepToken(token: string): void {
  memory = token;
  try {
    if (token) localStorage.setItem(NAME, token);
    else localStorage.removeItem(NAME);
  } catch {
    // The conversation then lasts as long as the page.
  }
}

/** Call back when another tab began, erased or left a chat; a renewed token is the same chat. */
export function onTokenChanged(changed: (token: string) => void): void {
  addEventListener("storage", (event) => {
    const token = event.newValue ?? "";
    if (event.key !== null && event.key !== NAME) return;
    if (!token || claimsOf(token)?.sub !== claimsOf(event.oldValue ?? "")?.sub) changed(token);
  });
}

/** Whether half of a token's life has passed. */
export function isDue(token: string, now = Date.now() / 1000): boolean {
  const claims = claimsOf(token);
  return claims !== null && now > (claims.iat + claims.exp) / 2;
}

/** Whether a token's life is over. */
export function isOver(token: string, now = Date.now() / 1000): boolean {
  const claims = claimsOf(token);
  return claims !== null && now >= claims.exp;
}

// What a token says of itself; only the server can check it.
function claimsOf(token: string): { sub: string; iat: number; exp: number } | null {
  try {
    return JSON.parse(atob((token.split(".")[1] ?? "").replace(/-/g, "+").replace(/_/g, "/")));
  } catch {
    return null;
  }
}
