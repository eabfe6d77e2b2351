// The tabs of one browser on one site tell each other what happened. Nothing of it is stored.

export type News = { type: "changed" } | { type: "asked" } | { type: "draft" | "sent"; text: string };

const channel = "BroadcastChannel" in self ? new BroadcastChannel("ipt-chat") : null;

export const tellTabs = (news: News): void => channel?.postMessage(news);

export function onNews(heard: (news: News) => void): void {
  channel?.addEventListener("message", (event) => heard(event.data as News));
}
