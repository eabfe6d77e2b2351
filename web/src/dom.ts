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
export function link(href: string, words: (Node | string)[], spoken = ""): HTMLElement {
  if (!ALLOWED_LINK.test(href)) return element("span", {}, ...words);
  const anchor = element("a", { href }, ...words);
  if (spoken) anchor.setAttribute("aria-label", spoken);
  if (/^https:/i.test(href)) Object.assign(anchor, { target: "_blank", rel: "noopener noreferrer" });
  return anchor;
}

export const isPicture = (address: string): boolean => ALLOWED_PICTURE.test(address);

// A web address, or a number to call, which no line may break.
const ADDRESS_OR_NUMBER = /\bhttps:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]]|(?<![\w-])\+?\d[\d-]*(?:[ -]\d[\d-]*)+(?![\w-])/g;

/** Words with the web addresses in them as links. */
export function withLinks(text: string): (Node | string)[] {
  const parts: (Node | string)[] = [];
  let at = 0;
  for (const { 0: found, index } of text.matchAll(ADDRESS_OR_NUMBER)) {
    const part = found.startsWith("https:") ? link(found, [found]) : element("span", { className: "number", textContent: found });
    parts.push(text.slice(at, index), part);
    at = index + found.length;
  }
  return [...parts, text.slice(at)];
}
