// The page: a site in a form or as text, its footprint while typing, its jobs and reports, sites and a fund.
import { at, button, element, say, word } from "./dom.js";
import { Form } from "./form.js";
import { followAll, startJob } from "./jobs.js";
import { closeReport, showReport } from "./report.js";
import { sentence, told, useKey, wordsOf } from "./server.js";
import { compareChosen, drawSites, keepSite, startFund } from "./sites.js";

const DRAFT = "asmcarbon.draft";
const PAUSE_MS = 350;

let form = null;
let timer = 0;
let asking = null;

function mended(error) {
  if (error.name === "AbortError") return;
  showProblems(error.problems ?? [], error.message);
}

function showProblems(problems, message) {
  const ids = form.mark(problems);
  const items = problems.map((problem, number) => {
    const name = problem.where ? `${problem.where} ` : "";
    const text = `${name}${sentence(problem)}`;
    const id = ids[number];
    return element("li", {}, id ? element("a", { href: `#${id}`, onclick: (event) => (event.preventDefault(), at(id).focus()) }, text) : text);
  });
  const head = problems.length ? word("wrong", { n: problems.length }) : message;
  at("problems").replaceChildren(element("p", { class: "wrong" }, head), element("ul", {}, ...items));
}

function showGlance(found) {
  const tiles = found.tiles.map((one) => element("div", {}, element("dt", {}, one.name), element("dd", {}, element("b", {}, one.value), ` ${one.unit}`, one.beside ? element("small", {}, one.beside) : null)));
  const rows = found.sources.map((row) => element("tr", {}, ...row.map((cell, place) => element(place === 1 ? "th" : "td", place === 1 ? { scope: "row" } : { class: place > 1 ? "n" : "" }, cell))));
  at("glance").replaceChildren(
    ...found.answer.map((one) => element("p", {}, one)), element("dl", { class: "tiles" }, ...tiles), element("h3", {}, word("sources")),
    element("div", { class: "wide", tabindex: "0", role: "region", "aria-label": word("sources") }, element("table", {}, element("tbody", {}, ...rows))),
  );
}

async function compute() {
  asking?.abort();
  asking = new AbortController();
  at("footprint").setAttribute("aria-busy", "true");
  try {
    showGlance(await told("POST", "/web/footprint", form.site, asking.signal));
    form.mark([]);
    at("problems").replaceChildren();
  } catch (error) {
    if (error.name === "AbortError") return;
    at("glance").replaceChildren();
    mended(error);
  }
  at("footprint").setAttribute("aria-busy", "false");
}

function changed() {
  localStorage.setItem(DRAFT, JSON.stringify(form.site));
  clearTimeout(timer);
  timer = setTimeout(compute, PAUSE_MS);
}

function use(site) {
  form.show(site);
  byText(false);
  changed();
}

async function byText(isText, text) {
  at("form").hidden = isText;
  at("text-view").hidden = !isText;
  at("by-form").setAttribute("aria-pressed", String(!isText));
  at("by-text").setAttribute("aria-pressed", String(isText));
  if (isText) at("text").value = text ?? (await told("POST", "/web/text", form.site)).text;
}

async function useText(text) {
  try {
    use(await told("POST", "/web/site", { text }));
    at("site").focus();
    at("text-problems").replaceChildren();
  } catch (error) {
    await byText(true, text);
    const items = (error.problems ?? []).map((problem) => element("li", {}, `${problem.where} ${sentence(problem)}`));
    at("text-problems").replaceChildren(...(items.length ? items : [element("li", {}, error.message)]));
    say(error.message);
    at("text").focus();
  }
}

async function saveFile() {
  const text = at("text").value;
  const link = element("a", { href: URL.createObjectURL(new Blob([text], { type: "application/yaml" })), download: "site.yaml" });
  link.click();
  URL.revokeObjectURL(link.href);
}

async function start(kind, path) {
  try {
    await startJob(kind, path, structuredClone(form.site), form.site.name || "");
    say(word("queued"));
  } catch (error) {
    mended(error);
    say(error.message);
  }
}

function guarded(call) {
  return async (event) => {
    event?.preventDefault();
    try {
      await call();
    } catch (error) {
      if (error.name === "AbortError") return;
      say(wordsOf(error));
    }
  };
}

async function begin() {
  form = new Form(at("form"), await told("GET", "/web/form"), changed);
  const draft = localStorage.getItem(DRAFT);
  use(draft ? JSON.parse(draft) : await told("GET", "/web/templates/underground"));
  followAll();
  drawSites(use);
}

at("language").addEventListener("change", (event) => location.assign(`/?language=${event.target.value}`));
at("door").addEventListener("submit", guarded(async () => (useKey(at("key").value.trim()), begin())));
at("start").addEventListener("click", guarded(async () => use(await told("GET", `/web/templates/${at("kind").value}`))));
at("open").addEventListener("change", guarded(async () => useText(await at("open").files[0].text())));
at("by-form").addEventListener("click", () => byText(false));
at("by-text").addEventListener("click", guarded(() => byText(true)));
at("use-text").addEventListener("click", guarded(() => useText(at("text").value)));
at("save-file").addEventListener("click", guarded(saveFile));
at("form").addEventListener("submit", (event) => event.preventDefault());
at("start-plan").addEventListener("click", () => start("plan", "/v1/plans"));
at("start-frontier").addEventListener("click", () => start("frontier", "/v1/frontiers?points=4"));
at("footprint-report").addEventListener("click", () => showReport(form.site.name || "", "POST", "/v1/reports", form.site));
at("close").addEventListener("click", closeReport);
at("keep").addEventListener("click", guarded(() => keepSite(form.site)));
at("compare").addEventListener("click", compareChosen);
at("fund").addEventListener("submit", guarded(startFund));
at("fund-year").value = String(new Date().getFullYear());

guarded(begin)();
