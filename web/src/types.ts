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

export type Card = HelpCard | TakeAway | { type: "sources"; sources: Source[] } | { type: "picture"; alt: string };

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
  id?: string;
}

export type Answer = Omit<Message, "from">;

export interface Given {
  labels: Record<string, string>;
  help: HelpCard;
  exit: string;
  limit: number;
}
