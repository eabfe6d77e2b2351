// What a page may choose with data attributes on the script element of the launcher.

export interface Options {
  title: string;
  colour: string;
  position: "left" | "right";
  language: string;
  country: string;
  topic: string;
  open: boolean;
}

const COLOUR = /^#[0-9a-f]{6}$/i;
const CODE = /^[a-z]{2}(-[a-z]{2,4})?$/i;
const TOPIC = /^[a-z_]{1,60}$/;
const TITLE_LENGTH = 60;
export const COLOUR_DEFAULT = "#1d5c63";

export function readOptions(data: DOMStringMap): Options {
  return {
    title: (data["title"] ?? "").trim().slice(0, TITLE_LENGTH),
    colour: matching(data["color"] ?? data["colour"], COLOUR) || COLOUR_DEFAULT,
    position: data["position"] === "left" ? "left" : "right",
    language: matching(data["lang"], CODE),
    country: matching(data["country"], CODE),
    topic: matching(data["topic"], TOPIC),
    open: data["open"] === "true" || data["open"] === "",
  };
}

/** The panel's address; it names what the page chose, never who the visitor is. */
export function panelAddress(base: string, options: Options): string {
  const address = new URL("panel", base);
  const named = { title: options.title, color: options.colour, lang: options.language, country: options.country, topic: options.topic };
  for (const [name, value] of Object.entries(named)) if (value) address.searchParams.set(name, value);
  return address.href;
}

/** What the panel takes from its address. Title and colour only count in a frame: a link must not pass for somebody else's page. */
export function readAddress(search: string, framed: boolean): Pick<Options, "title" | "colour" | "country" | "topic"> {
  const given = new URLSearchParams(search);
  const { title, colour, country, topic } = readOptions({
    title: framed ? given.get("title") ?? "" : "",
    color: framed ? given.get("color") ?? "" : "",
    country: given.get("country") ?? "",
    topic: given.get("topic") ?? "",
  });
  return { title, colour, country, topic };
}

function matching(value: string | undefined, pattern: RegExp): string {
  return value && pattern.test(value) ? value : "";
}

/** Black or white, whichever is easier to read on a colour; at least 4.58 : 1. */
export function inkOn(colour: string): "#000000" | "#ffffff" {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.05 ? "#ffffff" : "#000000";
}
