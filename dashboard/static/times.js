// Writes each <time> of the desk in the zone and the language of whoever reads, with UTC on hover.
// Rows that come later are announced by the event "desk:times", whose detail is their root.
(() => {
  const desk = document.querySelector("main.desk");
  if (!desk) return;
  const KEY = "vision-tasks-utc";
  const language = [navigator.language, desk.lang].find((one) => one?.split("-")[0] === desk.lang);
  const parts = { year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit" };
  const format = new Intl.DateTimeFormat(language, { ...parts, hourCycle: "h23" });
  const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const naming = new Intl.DateTimeFormat(language, { timeZoneName: "short" });
  const zone = format.resolvedOptions().timeZone;
  const foot = desk.querySelector("[data-zone]");
  const change = desk.querySelector("[data-zone-switch]");
  const name = naming.formatToParts(new Date()).find((part) => part.type === "timeZoneName").value;
  let isUtc = false;
  try {
    isUtc = localStorage.getItem(KEY) === "yes";
  } catch {
    // A browser that keeps nothing begins with its own zone each time.
  }

  const write = (root) => {
    for (const time of root.querySelectorAll("time[datetime]")) {
      const moment = new Date(time.dateTime);
      if (Number.isNaN(moment.getTime())) continue;
      time.dataset.utc ??= time.textContent.trim();
      const utc = time.dataset.utc.endsWith("UTC") ? time.dataset.utc : `${time.dataset.utc} UTC`;
      time.title = utc;
      const form = "clock" in time.dataset ? clock : format;
      time.textContent = isUtc ? time.dataset.utc : form.format(moment);
    }
    for (const one of root.querySelectorAll("[data-zone-name]")) {
      one.textContent = isUtc ? "UTC" : name;
    }
  };
  const show = () => {
    write(desk);
    if (!foot || !desk.querySelector("time[datetime], [data-zone-name]")) return;
    foot.textContent = foot.dataset.zone.replace("{zone}", isUtc ? "UTC" : `${zone} (${name})`);
    change.textContent = isUtc ? change.dataset.local : change.dataset.utc;
    foot.hidden = false;
    change.hidden = zone === "UTC";
  };

  change?.addEventListener("click", () => {
    isUtc = !isUtc;
    try {
      localStorage.setItem(KEY, isUtc ? "yes" : "no");
    } catch {
      // It holds for this page then.
    }
    show();
  });
  document.addEventListener("desk:times", (event) => write(event.detail ?? desk));
  show();
})();
