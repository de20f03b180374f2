// Lets a batch that was started in this tab go on until it is done or stopped. Without it, and in
// a tab that only looks on, there are the buttons.
(() => {
  const FORMS = "form[data-batch-step]";
  const KEY = "vision-tasks-batch";
  const PAUSE_MILLISECONDS = 1000;
  const steps = Object.fromEntries(
    [...document.querySelectorAll(FORMS)].map((form) => [form.dataset.batchStep, form]),
  );
  const form = steps.continue;
  if (!steps.start && !form) return;
  const { batch } = (steps.start || form).dataset;
  const remember = () => sessionStorage.setItem(KEY, batch);
  const forget = () => sessionStorage.removeItem(KEY);
  if (steps.start) steps.start.addEventListener("submit", remember);
  if (!form) return;

  const button = form.querySelector("button");
  const progress = document.querySelector("progress");
  const line = document.getElementById("batch-line");
  const help = document.getElementById("batch-help");
  let isStopping = false;

  const pause = (text) => {
    help.textContent = text;
    button.disabled = false;
  };
  const leave = () => {
    forget();
    location.replace(form.dataset.page);
  };
  const step = async () => {
    let answer;
    try {
      const response = await fetch(form.action, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        headers: { Accept: "application/json" },
      });
      // Whoever may not go on any more is told so by the page itself.
      if (!response.headers.get("Content-Type")?.startsWith("application/json")) return leave();
      answer = await response.json();
    } catch {
      if (!isStopping) pause("The desk cannot be reached. What is done stays done; go on later.");
      return;
    }
    if (isStopping) return;
    if (answer.problem) return pause(answer.problem);
    progress.max = Math.max(answer.total, 1);
    progress.value = answer.done;
    line.textContent = answer.text;
    if (answer.state !== "running") return leave();
    setTimeout(step, answer.chunks ? 0 : PAUSE_MILLISECONDS);
  };
  const run = () => {
    remember();
    button.disabled = true;
    help.textContent = form.dataset.running;
    step();
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run();
  });
  steps.stop.addEventListener("submit", () => {
    isStopping = true;
    forget();
  });
  if (sessionStorage.getItem(KEY) === batch) run();
})();
