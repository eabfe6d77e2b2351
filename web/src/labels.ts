// The words on the window (content/widget.yml); the page brings them along.
import { byId, element } from "./dom";
import type { Given } from "./types";

export const given = JSON.parse(byId("given").textContent || "{}") as Given;

/** A label, with `{name}` filled in. */
export function label(name: string, values: Record<string, string | number> = {}): string {
  return (given.labels[name] ?? name).replace(/\{(\w+)\}/g, (whole, key: string) => String(values[key] ?? whole));
}

/** An element with a label in it, for places where all else is English. */
export function worded<Name extends keyof HTMLElementTagNameMap>(name: Name, text: string): HTMLElementTagNameMap[Name] {
  const { lang, dir } = document.documentElement;
  return Object.assign(element(name, {}, text), { lang, dir });
}
