// Making elements. Words always become text, never markup.

export function byId<Kind extends HTMLElement = HTMLElement>(id: string): Kind {
  return document.getElementById(id) as Kind;
}

export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Partial<HTMLElementTagNameMap[Name]> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const node = Object.assign(document.createElement(name), properties);
  node.append(...children);
  return node;
}

export function button(text: string, action: () => void, className = ""): HTMLButtonElement {
  const control = element("button", { type: "button", textContent: text, className });
  control.addEventListener("click", action);
  return control;
}

/** Offer text made here as a file. */
export function save(content: string, kind: string, name: string): void {
  const address = URL.createObjectURL(new Blob([content], { type: kind }));
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

const ALLOWED_LINK = /^(https:\/\/|tel:[+\d]|sms:[+\d])/i;
const ALLOWED_PICTURE = /^(data:image\/(svg\+xml|png|jpeg|webp);base64,|https:\/\/)/i;

/** A link, if its scheme is allowed; else its words alone. */
export function link(href: string, text: string, spoken = ""): HTMLElement {
  if (!ALLOWED_LINK.test(href)) return element("span", { textContent: text });
  const anchor = element("a", { href, textContent: text });
  if (spoken) anchor.setAttribute("aria-label", spoken);
  if (/^https:/i.test(href)) Object.assign(anchor, { target: "_blank", rel: "noopener noreferrer" });
  return anchor;
}

export const isPicture = (address: string): boolean => ALLOWED_PICTURE.test(address);

const ADDRESS = /\bhttps:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]]/g;

/** Words with the web addresses in them as links. */
export function withLinks(text: string): (Node | string)[] {
  const parts: (Node | string)[] = [];
  let at = 0;
  for (const found of text.matchAll(ADDRESS)) {
    parts.push(text.slice(at, found.index), link(found[0], found[0]));
    at = found.index + found[0].length;
  }
  return [...parts, text.slice(at)];
}
