// Keeps the overview up to date in its place: texts and bars change, nothing moves under a pointer.
(() => {
  const place = document.getElementById("overview");
  const note = document.getElementById("overview-note");
  if (!place) return;

  // What a person or another script did to the page since, which no answer knows of.
  const KEPT = new Set(["open", "data-utc", "title"]);
  const copyAttributes = (old, fresh) => {
    for (const { name } of [...old.attributes]) {
      if (!fresh.hasAttribute(name) && !KEPT.has(name)) old.removeAttribute(name);
    }
    for (const { name, value } of fresh.attributes) {
      if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    }
  };
  const change = (old, fresh) => {
    const isAlike =
      old.nodeName === fresh.nodeName && old.childNodes.length === fresh.childNodes.length;
    if (!isAlike) {
      old.replaceWith(fresh);
      return;
    }
    if (old.nodeType !== Node.ELEMENT_NODE) {
      if (old.data !== fresh.data) old.data = fresh.data;
      return;
    }
    if (old.nodeName === "TIME") {
      if (old.dateTime === fresh.dateTime) return;
      old.replaceWith(fresh);
      return;
    }
    copyAttributes(old, fresh);
    const children = [...fresh.childNodes];
    [...old.childNodes].forEach((child, index) => change(child, children[index]));
  };
  const say = (text) => {
    if (note.textContent !== text) note.textContent = text;
  };

  window.deskPoll({
    seconds: Number(place.dataset.seconds),
    url: () => {
      const url = new URL(place.dataset.url, location.href);
      const { stamp } = place.querySelector("[data-stamp]")?.dataset ?? {};
      // Those that are on the page already need not be sent again.
      if (stamp) url.searchParams.set("charts", stamp);
      return url;
    },
    answer: async (response) => {
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const parts = page.querySelectorAll("[data-live]");
      // What a host sends in its place, its page to sign in for one, is no news.
      if (!parts.length) return true;
      for (const fresh of parts) {
        const old = place.querySelector(`[data-live="${fresh.dataset.live}"]`);
        if (!old) continue;
        // Where a button may have come to stand for something else, it waits until it is left.
        const isInUse = old.matches(":hover") || old.contains(document.activeElement);
        if ("liveStill" in fresh.dataset && isInUse) continue;
        change(old, document.adoptNode(fresh));
      }
      document.dispatchEvent(new CustomEvent("desk:times", { detail: place }));
      return page.querySelector("[data-stale]") !== null;
    },
    ended: () => say(note.dataset.ended),
    away: (isAway) => say(isAway ? note.dataset.away : ""),
  });
})();
