// The report in a frame, and as a file to keep.
import { at, say } from "./dom.js";
import { asked, wordsOf } from "./server.js";

let shown = null;

export async function showReport(name, method, path, content) {
  try {
    const page = await (await asked(method, path, content)).text();
    if (shown) URL.revokeObjectURL(shown);
    shown = URL.createObjectURL(new Blob([page], { type: "text/html;charset=utf-8" }));
    at("frame").src = shown;
    at("download").href = shown;
    at("download").download = `${name.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "").slice(0, 60) || "report"}.html`;
    at("report").hidden = false;
    at("report").focus();
    at("report").scrollIntoView();
  } catch (error) {
    if (error.name !== "AbortError") say(wordsOf(error));
  }
}

export function closeReport() {
  at("report").hidden = true;
  at("frame").removeAttribute("src");
  at("start-plan").focus();
}
