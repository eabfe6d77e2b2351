// The interface of docs/web-channel.md, and what the panel page brings along.

export interface Way {
  shown: string;
  href: string;
}

export interface Line {
  name: string;
  hours: string;
  call: Way[];
  text: Way | null;
  chat: Way | null;
}

export interface HelpCard {
  type: "helplines";
  emergency: Line;
  lines: Line[];
  sources: Source[];
}

export interface TakeAway {
  type: "takeaway";
  title: string;
  text: string;
  calendar?: string;
  planned?: string;
}

export interface Source {
  key: string;
  title: string;
}

export interface ExerciseCard {
  type: "exercise";
  title: string;
  purpose: string;
  minutes: string;
  /** The message's words before and after title and purpose. */
  before: string;
  after: string;
  /** The one of the message's buttons that begins it. */
  start: Button;
  sources: Source[];
}

export interface CareCard {
  type: "care";
  places: { name: string; what: string; call: Way[]; link: Way | null }[];
  sources: Source[];
}

export type Card = HelpCard | ExerciseCard | CareCard | TakeAway | { type: "sources"; sources: Source[] } | { type: "picture"; alt: string };

export interface Button {
  id: string;
  title: string;
}

export interface Message {
  from: "visitor" | "assistant";
  text: string;
  buttons: Button[];
  image?: string | null;
  card?: Card | null;
  at?: string;
  /** Of a visitor's message: the browser's own. */
  id?: string;
}

export type Answer = Omit<Message, "from">;

/** What the server has of a conversation, and the key for what was not sent. */
export interface Kept {
  messages: Message[];
  draft_key: string;
}

export interface Given {
  labels: Record<string, string>;
  help: HelpCard;
  exit: string;
  limit: number;
}
