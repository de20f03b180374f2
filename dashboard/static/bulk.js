// Lets a batch that was started in this tab go on until it is done or stopped. Without it, and in
// a tab that only looks on, there are the buttons. It stands in the head of the page, so that no
// button is there before it.
(() => {
  const KEY = "vision-tasks-batch";
  const PAUSE_MILLISECONDS = 1000;
  const LEAST_WAIT_SECONDS = 2;
  const MOST_WAIT_SECONDS = 30;
  let isStopping = false;
  let timer;

  const find = (step) => document.querySelector(`form[data-batch-step=${step}]`);
  const remember = (form) => sessionStorage.setItem(KEY, form.dataset.batch);
  const forget = () => sessionStorage.removeItem(KEY);

  const run = (form) => {
    const button = form.querySelector("button");
    const progress = document.querySelector("progress");
    const line = document.getElementById("batch-line");
    const help = document.getElementById("batch-help");
    let wait = LEAST_WAIT_SECONDS;
    const pause = (text) => {
      help.textContent = text;
      button.disabled = false;
    };
    const leave = () => {
      forget();
      location.replace(form.dataset.page);
    };
    const waitForOthers = (problem) => {
      pause(`${problem} ${form.dataset.waiting.replace("{seconds}", wait)}`);
      timer = setTimeout(step, 1000 * wait);
      wait = Math.min(2 * wait, MOST_WAIT_SECONDS);
    };
    const step = async () => {
      let answer;
      button.disabled = true;
      try {
        const response = await fetch(form.action, {
          method: "POST",
          body: new URLSearchParams(new FormData(form)),
          headers: { Accept: "application/json" },
        });
        if (response.headers.get("Content-Type")?.startsWith("application/json")) {
          answer = await response.json();
        } else if (response.status < 500) {
          // Whoever may not go on any more is told so by the page itself.
          return leave();
        }
      } catch {
        // The same as a server that is there and cannot answer.
      }
      if (!answer) {
        if (!isStopping) pause(form.dataset.away);
        return;
      }
      if (isStopping) return;
      if (answer.text) {
        progress.max = Math.max(answer.total, 1);
        progress.value = answer.done;
        line.textContent = answer.text;
      }
      if (answer.problem && !answer.is_busy) return pause(answer.problem);
      if (answer.state && answer.state !== "running") return leave();
      if (answer.is_busy) return waitForOthers(answer.problem);
      wait = LEAST_WAIT_SECONDS;
      help.textContent = form.dataset.running;
      timer = setTimeout(step, answer.chunks ? 0 : PAUSE_MILLISECONDS);
    };
    remember(form);
    clearTimeout(timer);
    help.textContent = form.dataset.running;
    step();
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.batchStep === "start") remember(form);
    if (form.dataset.batchStep === "stop") {
      isStopping = true;
      clearTimeout(timer);
      forget();
    }
    if (form.dataset.batchStep === "continue") {
      event.preventDefault();
      run(form);
    }
  });
  document.addEventListener("DOMContentLoaded", () => {
    const form = find("continue");
    if (form && sessionStorage.getItem(KEY) === form.dataset.batch) run(form);
  });
})();
