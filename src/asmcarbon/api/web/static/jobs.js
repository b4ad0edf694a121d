// Jobs: started, followed to their end, cancelled, shown. They go on at the server when the page is closed.
import { at, button, element, say, word } from "./dom.js";
import { showReport } from "./report.js";
import { told, wordsOf } from "./server.js";

const JOBS = "asmcarbon.jobs";
const MOST = 20;

let jobs = JSON.parse(localStorage.getItem(JOBS) || "[]");

function kept() {
  jobs = jobs.slice(0, MOST);
  localStorage.setItem(JOBS, JSON.stringify(jobs));
}

export async function startJob(kind, path, content, name) {
  const answer = await told("POST", path, content);
  const digest = JSON.stringify(content);
  jobs.unshift({ id: answer.job.id, kind, name, status: answer.job.status, said: "", digest: kind === "portfolio" ? "" : String(hash(digest)) });
  kept();
  draw();
  follow(jobs[0]);
}

// Only to know which frontier is of which plan; what is asked for is checked at the server.
function hash(text) {
  let found = 5381;
  for (const one of text) found = (found * 33 + one.codePointAt(0)) % 4294967296;
  return found;
}

async function follow(job) {
  while (job.status === "queued" || job.status === "running") {
    try {
      const answer = await told("GET", `/v1/jobs/${job.id}?wait=2`);
      job.status = answer.job.status;
      job.said = answer.job.progress || "";
      if (answer.problem) job.said = wordsOf({ problems: answer.problem.problems, message: answer.problem.detail });
    } catch (error) {
      if (error.status === 404) {
        jobs = jobs.filter((one) => one !== job);
        kept();
        draw();
        return;
      }
      job.said = error.message;
      await new Promise((go) => setTimeout(go, 3000));
    }
    kept();
    draw();
  }
  say(`${job.name}: ${word(`is_${job.kind}`)}, ${word(job.status)}`);
}

function pathOf(job) {
  const frontier = job.kind === "plan" && jobs.find((one) => one.kind === "frontier" && one.status === "done" && one.digest === job.digest);
  return `/v1/jobs/${job.id}/report${frontier ? `?frontier=${frontier.id}` : ""}`;
}

async function cancel(job) {
  const answer = await told("DELETE", `/v1/jobs/${job.id}`);
  job.status = answer.job.status;
  kept();
  draw();
}

function line(job) {
  const buttons = [];
  if (job.status === "done") buttons.push(button(word("show"), () => showReport(job.name, "GET", pathOf(job)), { id: `show-${job.id}` }));
  if (job.status === "queued" || job.status === "running") buttons.push(button(word("cancel"), () => cancel(job), { id: `cancel-${job.id}` }));
  return element("li", {}, element("bdi", {}, job.name), `: ${word(`is_${job.kind}`)}, ${word(job.status)} `, element("small", {}, job.said), " ", ...buttons);
}

function draw() {
  const focused = document.activeElement?.id;
  at("jobs").replaceChildren(...(jobs.length ? jobs.map(line) : [element("li", {}, word("no_jobs"))]));
  if (focused && at("jobs").querySelector(`#${CSS.escape(focused)}`)) at(focused).focus();
}

export function followAll() {
  draw();
  for (const job of jobs) if (job.status === "queued" || job.status === "running") follow(job);
}
