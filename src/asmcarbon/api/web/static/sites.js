// Sites that are kept in this browser, side by side and in a fund.
import { at, button, element, say, word } from "./dom.js";
import { startJob } from "./jobs.js";
import { showReport } from "./report.js";
import { told } from "./server.js";

const SITES = "asmcarbon.sites";

let sites = JSON.parse(localStorage.getItem(SITES) || "[]");
const chosen = new Set();

function keptAll() {
  localStorage.setItem(SITES, JSON.stringify(sites));
  drawSites();
}

export async function keepSite(site) {
  const found = await told("POST", "/v1/footprints", site);
  const total = found.totals.scopes_1_2;
  const each = found.intensities.find((one) => one.total === "scopes_1_2" && one.per === "job");
  const row = { site: structuredClone(site), name: site.name, total: total.value, job: each ? each.value : null };
  const place = sites.findIndex((one) => one.name === site.name);
  if (place >= 0) sites[place] = row;
  else sites.push(row);
  chosen.add(site.name);
  keptAll();
  say(word("kept", { name: site.name }));
}

function told3(value) {
  return value === null ? "-" : new Intl.NumberFormat(document.documentElement.lang, { maximumSignificantDigits: 3 }).format(value);
}

let edit = () => {};

export function drawSites(onEdit) {
  if (onEdit) edit = onEdit;
  if (!sites.length) return at("kept").replaceChildren(element("p", {}, word("no_sites")));
  const rows = sites.map((one, number) => {
    const box = element("input", { type: "checkbox", id: `choose-${number}`, checked: chosen.has(one.name), "aria-label": word("choose", { name: one.name }),
      onchange: (event) => (event.target.checked ? chosen.add(one.name) : chosen.delete(one.name)) });
    const forget = () => {
      sites.splice(number, 1);
      chosen.delete(one.name);
      keptAll();
      at("keep").focus();
    };
    return element("tr", {}, element("td", {}, box), element("th", { scope: "row" }, element("bdi", {}, one.name)), element("td", { class: "n" }, told3(one.total)),
      element("td", { class: "n" }, told3(one.job)), element("td", {}, button(word("edit"), () => edit(structuredClone(one.site)), { "aria-label": `${word("edit")}: ${one.name}` }), " ",
        button(word("forget"), forget, { class: "quiet", "aria-label": `${word("forget")}: ${one.name}` })));
  });
  const head = element("tr", {}, element("td"), element("th", { scope: "col" }, word("site")), element("th", { scope: "col" }, word("a_year")), element("th", { scope: "col" }, word("per_job")), element("td"));
  return at("kept").replaceChildren(element("div", { class: "wide", tabindex: "0", role: "region", "aria-label": word("sites") }, element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows))));
}

function chosenSites() {
  const found = sites.filter((one) => chosen.has(one.name)).map((one) => one.site);
  if (!found.length) say(word("choose_some"));
  return found;
}

export function compareChosen() {
  const found = chosenSites();
  if (found.length) showReport("comparison", "POST", "/v1/comparisons/report", { sites: found });
}

export async function startFund() {
  const found = chosenSites();
  if (!found.length) return;
  const name = at("fund-name").value.trim();
  const budget = { [at("fund-year").value.trim()]: `${at("fund-budget").value.trim()} USD` };
  await startJob("portfolio", "/v1/portfolios", { fund: { name, goal: at("fund-goal").value, budget, sites: found } }.fund, name);
}
