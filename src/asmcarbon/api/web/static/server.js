// What the page asks of its server, in its language and with the user's key.
import { at, say, word } from "./dom.js";

const KEY = "asmcarbon.key";

export class Refused extends Error {
  constructor(status, problem) {
    super(problem.detail || String(status));
    this.status = status;
    this.problems = problem.problems || [];
  }
}

export async function asked(method, path, content, signal) {
  const headers = { "Accept-Language": document.documentElement.lang };
  const key = sessionStorage.getItem(KEY);
  if (key) headers["Authorization"] = `Bearer ${key}`;
  if (content !== undefined) headers["Content-Type"] = "application/json";
  const body = content === undefined ? undefined : JSON.stringify(content);
  let answer;
  try {
    answer = await fetch(path, { method, headers, body, signal });
  } catch (error) {
    if (error.name !== "AbortError") say(word("not_reached"));
    throw error;
  }
  if (answer.ok) return answer;
  if (answer.status === 401) {
    at("door").hidden = false;
    at("key").focus();
  }
  let problem = {};
  try {
    problem = await answer.json();
  } catch {
    problem = { detail: `${answer.status}` };
  }
  throw new Refused(answer.status, problem);
}

// What was refused, in words.
export function wordsOf(error) {
  const problems = error.problems ?? [];
  return problems.length ? problems.map((one) => `${one.where} ${sentence(one)}`.trim()).join(" · ") : error.message;
}

export function sentence(problem) {
  const text = problem.expected ? `${problem.what}; ${word("expected", { expected: problem.expected })}` : problem.what;
  return problem.try ? `${text}, ${word("for_example", { example: problem.try })}` : text;
}

export async function told(method, path, content, signal) {
  return (await asked(method, path, content, signal)).json();
}

export function useKey(key) {
  sessionStorage.setItem(KEY, key);
  at("door").hidden = true;
}
